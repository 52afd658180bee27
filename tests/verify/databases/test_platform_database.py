"""Subjects on a server of our own share the databases of their platform."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from subjects import subject_of

from schema_dsl import Column, Role, Table, bigint
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server, provider
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.databases.scratch import ScratchState


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server whose roles no other test uses."""
    with provider("embedded").start() as running:
        yield running


def build_subject(*roles: Role) -> Subject:
    """Return the migration of a table on Supabase, without a baseline."""
    table = Table("t", columns=[Column("id", bigint, primary_key=True)])
    return subject_of(table, *roles, platform=platform("supabase"))


def find_platform(server: Server, subject: Subject, setting: str = "new") -> str:
    """Return the name of the database of the platform for a subject, with a set of default privileges."""
    with Scratch(server, subject) as scratch:
        return scratch.template("platform", setting).name


class TestShared:
    """The databases of other subjects."""

    def test_same_database(self, own_server: Server) -> None:
        """Two subjects get the same database, and one for each set of default privileges."""
        names = {setting: find_platform(own_server, build_subject(), setting) for setting in ("new", "old")}
        assert 2 == len(set(names.values()))
        assert names == {setting: find_platform(own_server, build_subject(), setting) for setting in names}

    def test_nothing_is_left_in_it(self, own_server: Server) -> None:
        """The objects of a migration are not in the database of the next subject."""
        state: ScratchState
        for state, found in (("after", "t"), ("before", None)):
            with (
                Scratch(own_server, build_subject()) as scratch,
                scratch.fresh(state) as database,
                contextlib.closing(database.connect()) as connection,
            ):
                query = "SELECT pg_catalog.to_regclass('public.t')::text, count(*) FROM auth.users"
                assert (found, 0) == connection.execute(query).fetchone()

    @pytest.mark.parametrize(
        "change",
        ["ALTER ROLE anon LOGIN", "GRANT anon TO service_role", "ALTER ROLE anon RENAME TO other"],
    )
    def test_changed_role(self, own_server: Server, change: str) -> None:
        """After a change of a role of the platform, a subject gets a database with the roles as they are now."""
        before = find_platform(own_server, build_subject())
        with contextlib.closing(own_server.connect()) as connection:
            connection.execute(change.encode())
        with Scratch(own_server, build_subject()) as scratch:
            assert before != scratch.template("platform", "new").name
            with scratch.fresh("before") as database, contextlib.closing(database.connect()) as connection:
                query = "SELECT has_schema_privilege('anon', 'auth', 'USAGE')"
                assert (True,) == connection.execute(query).fetchone()

    def test_created_roles(self, own_server: Server) -> None:
        """A migration that creates roles shares nothing, because each of its databases has roles of its own."""
        shared = find_platform(own_server, build_subject())
        assert shared != find_platform(own_server, build_subject(Role("dsl_made", managed=True)))
