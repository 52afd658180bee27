"""What a platform says of a database is what its baseline makes."""

from __future__ import annotations

import pytest
from fixtures_plans import HEADER

from schema_dsl import Access, Column, Table, may, uuid
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.render import render
from schema_dsl.settings import PLATFORMS


@pytest.mark.parametrize("name", PLATFORMS)
class TestEveryPlatform:
    """Each that settings know is complete."""

    def test_is_there(self, name: str) -> None:
        """It has its name, a baseline, and an owner."""
        found = platform(name)
        assert name == found.name
        assert found.owner
        assert found.baseline.is_file()
        assert all(each.is_file() for each in found.default_privileges.values())

    def test_its_scripts_are_sql(self, name: str) -> None:
        """Every statement parses."""
        found = platform(name)
        for file in (found.baseline, *found.default_privileges.values()):
            script = split(file.read_text("utf-8"))
            assert script.statements
            assert [] == [each for each in script.statements if each.problem]


class TestSupabase:
    """Its words."""

    def test_a_user_is_found_by_id(self) -> None:
        """auth.users can be referenced by its key."""
        assert ("auth", "users", ("id",)) == (
            auth_users.schema,
            auth_users.name,
            auth_users.primary_key_columns,
        )

    def test_clients(self) -> None:
        """Requests run as three roles, and one of them passes by the policies."""
        roles = platform("supabase").roles
        assert {"anon", "authenticated", "service_role"} == {role.name for role in roles if role.client}
        assert {"service_role"} == {role.name for role in roles if role.client and role.bypasses_row_security}

    def test_owner_may(self) -> None:
        """One policy an operation; an update must leave the row its owner's."""
        found = {each.command: each for each in owner_may("all", own="User")}
        assert ["select", "insert", "update", "delete"] == list(found)
        mine = '(SELECT auth.uid()) = "User"'
        assert [(mine, None), (None, mine), (mine, mine), (mine, None)] == [
            (e.using, e.check) for e in found.values()
        ]
        assert {("authenticated",)} == {each.to for each in found.values()}
        assert 4 == len({each.name for each in found.values()})

    def test_service_role_may(self) -> None:
        """All at once, or one by one."""
        assert ["all"] == [each.command for each in service_role_may("all", "select")]
        assert ["select", "insert"] == [each.command for each in service_role_may("insert", "select")]

    def test_all_together(self) -> None:
        """A table with all of it is a migration of valid statements."""
        notes = Table(
            "notes",
            columns=[Column("user_id", uuid, not_null=True, references=auth_users)],
            policies=[owner_may("all", own="user_id"), service_role_may("all")],
            access=Access(
                own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all")
            ),
        )
        theirs = platform("supabase")
        wanted = build_catalog(
            [notes], platform_tables=theirs.tables, functions=theirs.functions, roles=theirs.roles
        )
        printed = render(plan(wanted.existing(), wanted), wanted, HEADER)
        assert [] == [each for each in split(printed).statements if each.problem]
        assert "FROM PUBLIC, anon, authenticated, service_role" in printed


def test_operations_that_are_none() -> None:
    """A slip in an operation must not leave the table without its policy."""
    with pytest.raises(DefinitionError, match="no operation 'reed'"):
        owner_may("reed", own="a")
    with pytest.raises(DefinitionError, match="no operation 'reed'"):
        service_role_may("reed")
