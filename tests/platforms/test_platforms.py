"""The platforms and their helpers."""

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
    """Each platform of the settings is complete."""

    def test_attributes(self, name: str) -> None:
        """The platform has its name, an owner, and existing scripts."""
        loaded = platform(name)
        assert name == loaded.name
        assert loaded.owner
        assert loaded.baseline.is_file()
        assert all(file.is_file() for file in loaded.default_privileges.values())

    def test_scripts_are_sql(self, name: str) -> None:
        """Each statement of the scripts parses."""
        loaded = platform(name)
        for file in (loaded.baseline, *loaded.default_privileges.values()):
            script = split(loaded.script(file, loaded.owner))
            assert script.statements
            assert [] == [statement for statement in script.statements if statement.problem]


class TestSupabase:
    """The platform Supabase and its helpers."""

    def test_users_table(self) -> None:
        """auth.users has the primary key id, which foreign keys reference."""
        assert ("auth", "users", ("id",)) == (
            auth_users.schema,
            auth_users.name,
            auth_users.primary_key_columns,
        )

    def test_existing_table_of_the_platform(self) -> None:
        """auth.users declared with existing= keeps the listed columns, and has the others that the platform knows."""
        users = Table("users", schema="auth", existing=[Column("id", uuid), Column("new_column", uuid)])
        catalog = build_catalog([users], platform_tables=[auth_users])
        known = [column.name for column in catalog.tables["auth", "users"].all_columns]
        others = [column.name for column in auth_users.all_columns if column.name != "id"]
        assert ["id", "new_column", *others] == known

    def test_clients(self) -> None:
        """There are three client roles, and one of them bypasses row level security."""
        roles = platform("supabase").roles
        assert {"anon", "authenticated", "service_role"} == {role.name for role in roles if role.client}
        assert {"service_role"} == {role.name for role in roles if role.client and role.bypasses_row_security}

    def test_owner_may(self) -> None:
        """Each operation has one policy, and the policy for UPDATE checks the owner before and after."""
        policies = {policy.command: policy for policy in owner_may("all", own="User")}
        assert ["select", "insert", "update", "delete"] == list(policies)
        is_own = '(SELECT auth.uid()) = "User"'
        assert [(is_own, None), (None, is_own), (is_own, is_own), (is_own, None)] == [
            (policy.using, policy.check) for policy in policies.values()
        ]
        assert {("authenticated",)} == {policy.to for policy in policies.values()}
        assert 4 == len({policy.name for policy in policies.values()})

    def test_service_role_may(self) -> None:
        """The operation "all" is one policy, and other operations have one policy each."""
        assert ["all"] == [policy.command for policy in service_role_may("all", "select")]
        assert ["select", "insert"] == [policy.command for policy in service_role_may("insert", "select")]

    def test_migration(self) -> None:
        """The migration of a table with these policies and an access has only valid statements."""
        notes = Table(
            "notes",
            columns=[Column("user_id", uuid, not_null=True, references=auth_users)],
            policies=[owner_may("all", own="user_id"), service_role_may("all")],
            access=Access(
                own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all")
            ),
        )
        supabase = platform("supabase")
        wanted = build_catalog(
            [notes], platform_tables=supabase.tables, functions=supabase.functions, roles=supabase.roles
        )
        printed = render(plan(wanted.existing(), wanted), wanted, HEADER)
        assert [] == [statement for statement in split(printed).statements if statement.problem]
        assert "FROM PUBLIC, anon, authenticated, service_role" in printed


def test_unknown_operation() -> None:
    """An unknown operation raises DefinitionError."""
    with pytest.raises(DefinitionError, match="unknown operation 'reed'"):
        owner_may("reed", own="a")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="unknown operation 'reed'"):
        service_role_may("reed")  # type: ignore[arg-type]
