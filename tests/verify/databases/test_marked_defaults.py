"""A history is replayed once for all settings of default privileges, if it does not depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Access, Column, Table, bigint, may
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.databases import marked_defaults
from schema_dsl.verify.databases.marked_defaults import may_be_independent
from schema_dsl.verify.snapshots.catalog import CatalogObject, snapshot_catalog

PLATFORM = platform("supabase")
REVOKED = """
    CREATE TABLE public.made (id bigint PRIMARY KEY);
    REVOKE ALL ON public.made FROM anon, authenticated, service_role;
"""
# The words alone revoke nothing.
SAID = "COMMENT ON TABLE public.made IS 'REVOKE ALL, REVOKE ALL'"
KEPT = """
    CREATE TABLE public.made (id bigint);
    GRANT SELECT ON public.made TO anon;
    REVOKE ALL ON public.made FROM authenticated, service_role;
    REVOKE INSERT, UPDATE, DELETE ON public.made FROM anon;
"""
TABLE = Table(
    "t",
    columns=[Column("id", bigint, primary_key=True)],
    access=Access(authenticated=may("select", rows="all")),
)


def subject_after(*scripts: str) -> Subject:
    """Return a subject whose earlier migrations are scripts."""
    earlier = tuple(
        Migration.from_text(Path(f"{number:03}_m.sql"), text) for number, text in enumerate(scripts)
    )
    return attrs.evolve(subject_of(TABLE, platform=PLATFORM), earlier=earlier)


def read_states(server: Server, subject: Subject) -> tuple[dict[str, Mapping[CatalogObject, str]], bool]:
    """Return the state before the migration under each setting, and whether the history was replayed once."""
    states: dict[str, Mapping[CatalogObject, str]] = {}
    with Scratch(server, subject) as scratch:
        for setting in scratch.settings:
            with scratch.template("before", setting).connect() as connection:
                states[setting] = snapshot_catalog(connection).attributes
        return states, scratch._is_history_shared  # noqa: SLF001


@pytest.mark.parametrize(
    ("scripts", "is_shared"),
    [
        pytest.param((subject_of(TABLE, platform=PLATFORM).script,), True, id="generated"),
        pytest.param((REVOKED, "GRANT SELECT ON public.made TO anon"), True, id="granted later"),
        pytest.param((REVOKED.replace("ALL ON", "SELECT ON"), SAID), False, id="other REVOKE"),
        pytest.param((REVOKED.replace("anon, ", ""),), False, id="one role keeps all"),
        pytest.param((KEPT, SAID), False, id="some privileges stay"),
        pytest.param(
            (REVOKED, "DROP TABLE public.made; CREATE TABLE public.made (id bigint)", SAID),
            False,
            id="created again",
        ),
        pytest.param(
            (REVOKED, "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", SAID),
            False,
            id="function",
        ),
    ],
)
def test_states(
    server: Server, monkeypatch: pytest.MonkeyPatch, scripts: tuple[str, ...], *, is_shared: bool
) -> None:
    """The state before is that of a replay under each setting, and one replay is enough where marks show that."""
    subject = subject_after(*scripts)
    found, shared = read_states(server, subject)
    assert is_shared == shared
    monkeypatch.setattr("schema_dsl.verify.databases.scratch.may_be_independent", lambda _: False)
    replayed, _ = read_states(server, subject)
    assert replayed == found


@pytest.mark.parametrize(
    "script",
    [
        "SET ROLE anon",
        "SET LOCAL SESSION AUTHORIZATION anon",
        "SELECT set_config('role', 'anon', false)",
        "ALTER TABLE public.made OWNER TO anon",
        "CREATE ROLE r",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon",
        "SELECT has_table_privilege('anon', 'public.made', 'SELECT')",
        "SELECT relacl FROM pg_class",
        "GRANT SELECT ON public.made TO anon WITH GRANT OPTION",
        "SELECT FROM information_schema.table_privileges",
        "SET /* the role */ ROLE anon",
        "SET -- the role\nROLE anon",
        "CREATE TABLE public.other (id bigint)",
        "ALTER TABLE public.made ADD number bigint GENERATED ALWAYS AS IDENTITY",
    ],
)
def test_hazards(script: str) -> None:
    """What sets or reads roles and privileges, and an object whose privileges stay, need a replay for each setting."""
    assert may_be_independent([REVOKED])
    assert not may_be_independent([REVOKED, script])


def test_comments() -> None:
    """A comment decides nothing."""
    assert may_be_independent([f"-- ALTER DEFAULT PRIVILEGES ...\n{REVOKED}"])


def test_marks_are_removed(server: Server) -> None:
    """The marks stay neither in the default privileges of the database nor in its privileges."""
    with Scratch(server, subject_after(REVOKED)) as scratch:
        for setting in scratch.settings:
            databases = scratch.template("before", setting), scratch.template("platform", setting)
            rows = []
            for database in databases:
                with database.connect() as connection:
                    marked = marked_defaults._list_marked(connection)  # noqa: SLF001
                    rows.append((connection.execute(marked_defaults._ROWS).fetchall(), len(marked)))  # noqa: SLF001
            assert rows[0] == rows[1]
