"""Tests of the roles of an existing server."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
from psycopg import sql
from subjects import engagement_subject, subject_of

from schema_dsl.errors import PostgresError
from schema_dsl.model.column import Column
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.type import bigint
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server, provider
from schema_dsl.postgres.local import LocalProvider
from schema_dsl.verify import Scratch, Subject

_STATE = """
    SELECT jsonb_build_object(
        'roles', (SELECT jsonb_agg(to_jsonb(r) - 'oid' ORDER BY r.rolname) FROM pg_roles AS r),
        'members', (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.roleid, m.member) FROM pg_auth_members AS m),
        'settings', (SELECT jsonb_agg(to_jsonb(s)) FROM pg_db_role_setting AS s),
        'comments', (SELECT jsonb_agg(to_jsonb(d)) FROM pg_shdescription AS d),
        'databases', (SELECT jsonb_agg(d.datname ORDER BY d.datname) FROM pg_database AS d)
    )
"""


@pytest.fixture(scope="module")
def existing(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of the user's, which has only a superuser, with the programs of --postgres or the embedded ones."""
    folders = [Path(spec) for spec in request.config.getoption("--postgres") or () if spec.startswith("/")]
    with LocalProvider(folders[0] if folders else None, sockets=False).start() as server:
        yield server


def read_state(server: Server) -> Any:
    """Return the roles, memberships, settings, comments and databases of a server."""
    with server.connect() as connection:
        return connection.execute(_STATE).fetchone()


@contextmanager
def with_roles(server: Server, statements: str, *names: str) -> Iterator[None]:
    """Run statements on the server, and drop the roles that they create at the end."""
    with server.connect() as connection:
        connection.execute(statements.encode())
    try:
        yield
    finally:
        with server.connect() as connection:
            connection.execute(
                sql.SQL("DROP ROLE IF EXISTS {}").format(sql.SQL(", ").join(map(sql.Identifier, names)))
            )


def vanilla_subject(baseline: str = "") -> Subject:
    """Return a small migration on plain Postgres, after a baseline."""
    return subject_of(
        Table("made", columns=[Column("id", bigint, primary_key=True)]),
        platform=platform("vanilla"),
        baseline=baseline,
    )


def subject_with_stand_in() -> Subject:
    """Return a migration with a role that the definitions only refer to, and that the server lacks."""
    subject = vanilla_subject()
    return attrs.evolve(
        subject, wanted=attrs.evolve(subject.wanted, roles=(Role("app", bypasses_row_security=True),))
    )


def subject_of_maker(baseline: str) -> Subject:
    """Return a small migration whose owner may create roles, as its baseline does."""
    subject = vanilla_subject(baseline)
    return attrs.evolve(subject, platform=attrs.evolve(subject.platform, owner="maker", server_roles=()))


def subject_on_supabase(baseline: str) -> Subject:
    """Return a small migration whose owner is a role of the run and may create roles, as its baseline does."""
    return attrs.evolve(vanilla_subject(baseline), platform=platform("supabase"))


# Arguments: the server, the function that makes the subject, the baseline, and the path of modules.
KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[4:]
import test_server_roles
from schema_dsl.postgres import provider
from schema_dsl.verify import Scratch
subject = getattr(test_server_roles, sys.argv[2])(sys.argv[3])
with provider(sys.argv[1]).start() as opened, Scratch(opened, subject) as scratch:
    scratch.template("before")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_run(server: Server, function: str, baseline: str) -> None:
    """Start a run in another process, which ends by SIGKILL once it has the state before."""
    folder = str(Path(__file__).parent)
    command = [sys.executable, "-c", KILLED, server.conninfo(), function, baseline, folder, *sys.path]
    assert -signal.SIGKILL == subprocess.run(command, check=False).returncode


def run(server: Server, subject: Subject) -> None:
    """Apply a migration on the server as `verify` does."""
    with (
        provider(server.conninfo()).start() as opened,
        Scratch(opened, subject) as scratch,
        scratch.fresh("after") as database,
        database.connect() as connection,
    ):
        connection.execute("SELECT 1")


class TestLeftAsItWas:
    """A run changes no role of the server."""

    @pytest.mark.parametrize("make", [engagement_subject, vanilla_subject, subject_with_stand_in])
    def test_nothing_stays(self, existing: Server, make: Any) -> None:
        """After a run, the server has the roles, memberships, settings and databases that it had."""
        before = read_state(existing)
        run(existing, make())
        assert before == read_state(existing)

    def test_existing_roles(self, existing: Server) -> None:
        """Roles with the attributes of the platform are used, and get no further membership or comment."""
        roles = platform("supabase").list_roles("postgres")
        statements = [str(role.create_statement) for role in roles]
        statements += [f"GRANT {group} TO {role.name}" for role in roles for group in role.member_of]
        with with_roles(existing, ";".join(statements), *(role.name for role in roles)):
            before = read_state(existing)
            run(existing, engagement_subject())
            assert before == read_state(existing)

    def test_roles_of_the_platform(self, existing: Server) -> None:
        """The server gets the roles of the platform with their attributes, so that a migration may create a role."""
        before = read_state(existing)
        run(
            existing,
            subject_of(
                Role("reporting", managed=True, member_of=["authenticated"]), platform=platform("supabase")
            ),
        )
        assert before == read_state(existing)

    def test_role_of_a_migration(self, existing: Server) -> None:
        """A role that a migration creates is dropped with the run; a role that another user creates meanwhile stays."""
        before = read_state(existing)
        subject = subject_of_maker('CREATE ROLE "Reporting ""team""" NOLOGIN')
        with with_roles(existing, "CREATE ROLE maker CREATEROLE LOGIN", "maker", "of_another_user"):
            with provider(existing.conninfo()).start() as opened, Scratch(opened, subject) as scratch:
                scratch.template("before")
                with existing.connect() as connection:
                    connection.execute("CREATE ROLE of_another_user")
                    found = connection.execute(
                        "SELECT FROM pg_roles WHERE rolname LIKE 'Reporting%'"
                    ).fetchall()
                    assert len(found) == 1
            with existing.connect() as connection:
                names = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            assert "of_another_user" in names
            assert not {name for name in names if name.startswith("Reporting")}
        assert before == read_state(existing)

    def test_interrupted_run(self, existing: Server) -> None:
        """A role that a migration created goes also if Ctrl-C ends the run."""
        before = read_state(existing)
        subject = subject_of_maker("CREATE ROLE reporting NOLOGIN")
        with with_roles(existing, "CREATE ROLE maker CREATEROLE LOGIN", "maker"):
            with (
                contextlib.suppress(KeyboardInterrupt),
                provider(existing.conninfo()).start() as opened,
                Scratch(opened, subject) as scratch,
            ):
                scratch.template("before")
                raise KeyboardInterrupt
            with existing.connect() as connection:
                names = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            assert "reporting" not in names
        assert before == read_state(existing)

    def test_concurrent_runs(self, existing: Server) -> None:
        """Roles that two runs share are dropped by the one that ends last."""
        before = read_state(existing)
        with provider(existing.conninfo()).start() as first, Scratch(first, vanilla_subject()) as early:
            early.template("after")
            with provider(existing.conninfo()).start() as second, Scratch(second, vanilla_subject()) as late:
                late.template("after")
            with early.fresh("after") as database, database.connect() as connection:
                [owner] = connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", [early.owner]
                ).fetchall()
                assert owner == (1,)
        assert before == read_state(existing)

    @pytest.mark.parametrize(
        "baseline",
        [
            "",
            'CREATE ROLE "Reporting ""team""" NOLOGIN',
            "DO $$ BEGIN CREATE USER reporting; COMMENT ON ROLE reporting IS 'Reads'; END $$",
        ],
    )
    def test_killed_run(self, existing: Server, baseline: str) -> None:
        """The next run drops the roles that a killed run or its scripts left, if no other run lives."""
        before = read_state(existing)
        with with_roles(existing, "CREATE ROLE maker CREATEROLE LOGIN", "maker"):
            kill_run(existing, "subject_of_maker" if baseline else "vanilla_subject", baseline)
            with existing.connect() as connection:
                names = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            assert bool(baseline) == any("eporting" in name for name in names)
            run(existing, vanilla_subject())
        assert before == read_state(existing)

    @pytest.mark.parametrize("is_killed", [True, False])
    def test_computed_name(self, existing: Server, *, is_killed: bool) -> None:
        """A role whose name a script computes is dropped with the run that created it, or with the next run."""
        before = read_state(existing)
        baseline = "DO $$ BEGIN EXECUTE format('CREATE ROLE %I', concat('comp', 'uted')); END $$"
        if is_killed:
            kill_run(existing, "subject_on_supabase", baseline)
            with existing.connect() as connection:
                assert [("computed",)] == connection.execute(
                    "SELECT rolname FROM pg_roles WHERE rolname = 'computed'"
                ).fetchall()
            run(existing, vanilla_subject())
        else:
            run(existing, subject_on_supabase(baseline))
        assert before == read_state(existing)


class TestRefusals:
    """Nothing is created where a run would have to change roles of the server."""

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("CREATE ROLE anon BYPASSRLS NOINHERIT", "it has BYPASSRLS, NOBYPASSRLS is needed"),
            ("CREATE ROLE service_role NOINHERIT", "it has NOBYPASSRLS, BYPASSRLS is needed"),
            ("CREATE ROLE authenticated INHERIT", "it has INHERIT, NOINHERIT is needed"),
            ("CREATE ROLE authenticator NOINHERIT", "it is not a member of anon; it is not a member of"),
        ],
    )
    def test_other_attributes(self, existing: Server, statement: str, reason: str) -> None:
        """A role of the server with other attributes or memberships than the platform's is named."""
        name = statement.split()[2]
        with with_roles(existing, statement, name):
            before = read_state(existing)
            with pytest.raises(PostgresError, match=f"role {name} (.|\n)*{reason}(.|\n)*embedded"):
                run(existing, engagement_subject())
            assert before == read_state(existing)

    def test_no_superuser(self, existing: Server) -> None:
        """A role that cannot create the missing roles gets an error with their names."""
        with with_roles(existing, "CREATE ROLE poor LOGIN CREATEDB PASSWORD 'p'", "poor"):
            before = read_state(existing)
            with (
                pytest.raises(PostgresError, match=r"poor cannot create the roles(.|\n)*schema_dsl_owner"),
                provider(f"{existing.conninfo(user='poor')} password=p").start() as opened,
                Scratch(opened, vanilla_subject()),
            ):
                pass
            assert before == read_state(existing)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER ROLE app SET statement_timeout = 1",
            "ALTER ROLE app BYPASSRLS",
            "GRANT app TO other",
            "DO $$ BEGIN REVOKE app FROM other; END $$",
            "COMMENT ON ROLE app IS 'Application'",
            "DROP ROLE IF EXISTS app",
            "ALTER ROLE app RENAME TO application",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "CREATE DATABASE further",
            "ALTER DATABASE postgres SET work_mem = '1MB'",
            "GRANT SET ON PARAMETER work_mem TO app",
        ],
    )
    def test_statement(self, existing: Server, statement: str) -> None:
        """A statement of a migration that changes objects of the whole server is named with its line."""
        with with_roles(existing, "CREATE ROLE app; CREATE ROLE other", "app", "other"):
            before = read_state(existing)
            with pytest.raises(PostgresError, match=r"the baseline:2(.|\n)*would keep the change"):
                run(existing, vanilla_subject(f"-- Roles\n{statement};"))
            assert before == read_state(existing)

    def test_own_roles(self, existing: Server) -> None:
        """Statements about roles that the migration itself creates are accepted."""
        baseline = (
            "CREATE ROLE fresh; ALTER ROLE fresh NOINHERIT; GRANT app TO fresh; COMMENT ON ROLE fresh IS 'x'"
        )
        subject = vanilla_subject(baseline)
        with (
            with_roles(existing, "CREATE ROLE app", "app"),
            provider(existing.conninfo()).start() as opened,
            Scratch(opened, subject),
        ):
            pass
