"""Migrations that create, alter and drop roles, which belong to the server and not to one database."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path
from typing import Final

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Column, Grant, Role, Table, integer
from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import introspect
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server, provider
from schema_dsl.postgres.local import LocalProvider
from schema_dsl.render import Header, render
from schema_dsl.sql import identifier
from schema_dsl.verify import Scratch, Status, Subject, list_proofs
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.databases.scratch import ScratchState
from schema_dsl.verify.proofs import matches
from schema_dsl.verify.run import run_proofs

_PROOFS: Final = tuple(
    proof for proof in list_proofs() if proof.name in {"applies", "matches", "idempotent", "rollback"}
)


def build_subject(name: str, where: str, *, changed: bool) -> Subject:
    """Return the first migration of a table and three roles, one of which is a member of another."""
    group = Role(f"{name} gr\"oup's", managed=True, comment="a" if changed else "It's $$")
    member = Role(f"{name} m", managed=True, login=not changed, inherit=not changed, member_of=group)
    more = (
        Role(f"{name} new", managed=True, member_of=[group]) if changed else Role(f"{name} old", managed=True)
    )
    table = Table("t", columns=[Column("a", integer)], grants=[Grant("select", to=[group, more])])
    return subject_of(group, member, more, table, platform=platform(where))


def build_next(where: str) -> Subject:
    """Return the migration on a platform that alters two roles, creates a third one and drops a fourth one."""
    name = f"dsl_{uuid.uuid4().hex[:8]}"
    first, second = (build_subject(name, where, changed=changed) for changed in (False, True))
    header = Header(
        file="002_next.sql", title="", purpose="", date="2026-01-01", definitions=second.wanted.fingerprint()
    )
    return attrs.evolve(
        second,
        earlier=(Migration.from_text(Path("001_first.sql"), first.script),),
        file=header.file,
        script=render(plan(first.wanted, second.wanted), second.wanted, header),
    )


@pytest.fixture
def next_migration(server: Server) -> Subject:
    """The migration that alters two roles, creates a third one and drops a fourth one."""
    if not server.owns_cluster:
        pytest.skip("an existing server keeps its roles")
    return build_next("vanilla")


class TestProofs:
    """The proofs run in several databases of one server, each with the roles of its state."""

    @pytest.mark.parametrize("where", ["vanilla", pytest.param("supabase", marks=pytest.mark.full)])
    def test_sound(self, server: Server, where: str) -> None:
        """The proofs hold of a migration that creates, alters and drops roles, under each set of default privileges."""
        if not server.owns_cluster:
            pytest.skip("an existing server keeps its roles")
        with Scratch(server, build_next(where)) as scratch:
            results = run_proofs(scratch, _PROOFS)
        assert {} == {
            result.proof.name: result.outcome.failures for result in results if result.outcome.failures
        }
        assert {Status.PROVEN} == {result.outcome.status for result in results}

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (" NOLOGIN NOINHERIT", " NOLOGIN", "inherit"),
            ('new" NOLOGIN', 'new" NOLOGIN CREATEROLE', "create role is true, but false is declared"),
            ('GRANT "', '-- GRANT "', "member of"),
            ("IS 'a'", "IS 'b'", "comment is b, but a is declared"),
            (
                "ALTER ROLE",
                (
                    "DO $$ BEGIN EXECUTE (SELECT format('ALTER ROLE %I SET work_mem = 99', rolname) FROM pg_roles"
                    " WHERE rolname LIKE 'dsl% m' ORDER BY oid DESC LIMIT 1); END $$; ALTER ROLE"
                ),
                "setting work_mem",
            ),
            (
                "ALTER ROLE",
                "CREATE ROLE other; ALTER ROLE",
                "role other is new, and the definitions do not declare it",
            ),
        ],
    )
    def test_faults(self, server: Server, next_migration: Subject, old: str, new: str, expected: str) -> None:
        """The proof `matches` notices each attribute, membership and role that differs."""
        assert old in next_migration.script
        faulty = attrs.evolve(next_migration, script=next_migration.script.replace(old, new))
        with Scratch(server, faulty) as scratch:
            found = matches.PROOF.run(scratch)
        assert expected in " ".join(found.failures)

    def test_existing_server(self) -> None:
        """On an existing server, where the roles of the earlier run stay, the proofs hold; another role is reported."""
        sound, faulty = build_next("vanilla"), build_next("vanilla")
        faulty = attrs.evolve(faulty, script=f"CREATE ROLE other; {faulty.script}")
        with LocalProvider(sockets=False).start() as server:
            with provider(server.conninfo()).start() as opened, Scratch(opened, sound) as scratch:
                results = run_proofs(scratch, _PROOFS)
            with provider(server.conninfo()).start() as opened, Scratch(opened, faulty) as scratch:
                found = matches.PROOF.run(scratch).failures
        assert {each.name: () for each in _PROOFS} == {
            result.proof.name: tuple(result.outcome.failures) for result in results
        }
        # Since Postgres 16, the role that creates another one is a member of it.
        others = [each for each in found if not each.startswith("membership of schema_dsl_owner in other ")]
        assert ["role other is new, and the definitions do not declare it"] == others


class TestScratch:
    """The databases of a migration that creates roles."""

    def test_roles_of_each_state(self, server: Server) -> None:
        """Each database finds the roles of its state on the server, after any other states."""
        if not server.owns_cluster:
            pytest.skip("an existing server keeps its roles")
        name = f"dsl_{uuid.uuid4().hex[:8]}"
        subject = subject_of(Role(name, managed=True), platform=platform("supabase"))
        with Scratch(server, subject) as scratch:
            usual, *others = scratch.settings
            states: list[tuple[ScratchState, str]] = [
                ("after", usual),
                *(("before", each) for each in others),
            ]
            for state, setting in (*states, states[0]):
                with scratch.fresh(state, setting) as database, scratch.connect(database) as connection:
                    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchall()
                assert (state == "after") is bool(found)


class TestPresent:
    """The roles of a state are only those that its migrations create."""

    def test_role_of_another_database(self, server: Server) -> None:
        """A migration creates a role that the server has already, and keeps it as it is."""
        name = f"dsl_{uuid.uuid4().hex[:8]}"
        with contextlib.closing(server.connect()) as connection:
            connection.execute(f"CREATE ROLE {name} CONNECTION LIMIT 7".encode())
        try:
            subject = subject_of(Role(name, managed=True), platform=platform("vanilla"))
            with server.database() as database, contextlib.closing(database.connect()) as connection:
                connection.execute(subject.script.encode())
                found = introspect(connection, like=subject.wanted).catalog.objects
            assert 7 == found[Identity("role", "", name)].connection_limit
            with Scratch(server, subject) as scratch:
                changes = compare_state_before(scratch).differences
            assert [Identity("role", "", name)] == [each.identity for each in changes if each.before is None]
        finally:
            with contextlib.closing(server.connect()) as connection:
                connection.execute(f"DROP ROLE {name}".encode())

    def test_left_behind(self, server: Server, next_migration: Subject) -> None:
        """A role that a generated migration created and the definitions no longer declare is dropped with --drop."""
        before = attrs.evolve(next_migration, script="")
        with Scratch(server, before) as scratch:
            difference = compare_state_before(scratch)
        assert [True] == [each.name.endswith(" old") for each in difference.undeclared if each.kind == "role"]
        drops = [step for step in difference.plan(drop=True).steps if step.subject in difference.undeclared]
        assert ["drop_if_of_kind", "role/drop"] == [step.template for step in drops]

    def test_not_dropped(self, server: Server) -> None:
        """DROP ROLE leaves a role to which another database refers, and drops it when no other one does."""
        role = Role(f"dsl_{uuid.uuid4().hex[:8]}", managed=True)
        wanted = subject_of(role, platform=platform("vanilla"))
        header = Header(file="2.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)
        drop = render(plan(wanted.wanted, Catalog()), Catalog(), header)
        with server.database() as database, contextlib.closing(database.connect()) as connection:
            connection.execute(wanted.script.encode())
            with server.database() as other, contextlib.closing(other.connect()) as second:
                second.execute(f"CREATE TABLE t (); GRANT SELECT ON t TO {identifier(role.name)}".encode())
                connection.execute(drop.encode())
                assert introspect(connection, like=wanted.wanted).catalog.objects
            connection.execute(drop.encode())
            assert {} == introspect(connection, like=wanted.wanted).catalog.objects

    def test_options_of_memberships(self, server: Server) -> None:
        """A membership with ADMIN OPTION, or with an INHERIT or SET option of its own, is reported as not expressed."""
        name = f"dsl_{uuid.uuid4().hex[:8]}"
        roles = [Role(f"{name}_a", managed=True), Role(f"{name}_b", managed=True, member_of=f"{name}_a")]
        subject = subject_of(*roles, platform=platform("vanilla"))
        options = ["ADMIN OPTION", *(["INHERIT FALSE", "SET FALSE"] if server.version >= 160000 else [])]
        with server.database() as database, contextlib.closing(database.connect()) as connection:
            for option in options:
                with connection.transaction(force_rollback=True):
                    connection.execute(subject.script.encode())
                    assert () == introspect(connection, like=subject.wanted).unsupported
                    connection.execute(f"GRANT {name}_a TO {name}_b WITH {option}".encode())
                    found = introspect(connection, like=subject.wanted).unsupported
                    assert [Identity("role", "", f"{name}_b")] == [each.identity for each in found]
