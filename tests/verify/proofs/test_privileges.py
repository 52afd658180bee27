"""The proofs know declared privileges and default privileges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Column, DefaultPrivileges, Enum, Function, Grant, Role, Schema, Table, bigint, integer
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF
from schema_dsl.verify.roles.acting_roles import list_acting_roles

VANILLA = platform("vanilla")
reader = Role("reader")
app = Schema("app", usage=[reader, "app_owner"], create=["app_owner"])
public = Schema("public", usage=[reader])
mood = Enum("mood", ["fine"], schema="app", usage=[reader])
count_notes = Function(
    "count_notes", schema="app", language="sql", returns="bigint", body="SELECT 1::bigint", execute=[reader]
)
notes = Table(
    "notes",
    schema="app",
    columns=[Column("id", bigint, primary_key=True), Column("n", integer), Column("mood", mood)],
    grants=[
        Grant("select", to=reader, columns=["id", "n"]),
        Grant("update", to=reader, columns="n", grant_option=True),
    ],
)
defaults = DefaultPrivileges(
    "tables", role=VANILLA.owner, schema="app", grants=[Grant("select", to=reader, grant_option=True)]
)
app_owner = Role("app_owner", client=False)
owned = Table("owned", schema="app", columns=[Column("id", bigint, primary_key=True)], owner=app_owner)
of_functions = DefaultPrivileges("functions", role=VANILLA.owner)


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Scratch]:
    """Scratch databases of a migration with privileges on every kind of object."""
    owner = Role(VANILLA.owner, client=False)
    # Before Postgres 15, the schema public belongs to a superuser.
    shared = (public,) if server.version >= 150000 else ()
    declared = (*shared, app, mood, count_notes, notes, owned, defaults, of_functions)
    subject = subject_of(*declared, platform=VANILLA, roles=[reader, app_owner, owner])
    with Scratch(server, subject) as scratch:
        yield scratch


def test_proven(made: Scratch) -> None:
    """The generated migration produces exactly the declared privileges."""
    found = PROOF.run(made)
    assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))


def test_acting_roles() -> None:
    """The migrations act for owners and for internal roles, which may have been owners, but not for client roles."""
    supabase = platform("supabase")
    table = Table("t", columns=[Column("id", bigint)], owner="app_owner")
    roles = [*supabase.roles, reader, app_owner, Role("former_owner", client=False)]
    assert {"app_owner", "former_owner"} == list_acting_roles(build_catalog([table], roles=roles), supabase)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "GRANT USAGE ON SCHEMA app TO PUBLIC",
            "public has usage on schema app, but no privilege is declared",
        ),
        (
            "REVOKE USAGE ON SCHEMA app FROM reader",
            "reader has no privilege on schema app, but usage is declared",
        ),
        (
            "GRANT CREATE ON SCHEMA app TO reader",
            "reader has create, usage on schema app, but usage is declared",
        ),
        pytest.param(
            "GRANT CREATE ON SCHEMA public TO reader",
            "reader has create, usage on schema public, but usage is declared",
            marks=pytest.mark.full,
        ),
        (
            "GRANT USAGE ON SCHEMA public TO app_owner",
            "schema public grants USAGE to app_owner, and the definitions",
        ),
        ("GRANT USAGE ON TYPE app.mood TO PUBLIC", "public has usage on enum app.mood, but no privilege"),
        (
            "GRANT SELECT (id) ON app.notes TO reader WITH GRANT OPTION",
            "select (id) with grant option, select (n)",
        ),
        ("REVOKE GRANT OPTION FOR UPDATE (n) ON app.notes FROM reader", "update (n) on app.notes, but"),
        (
            "GRANT TRUNCATE ON app.notes TO pg_monitor",
            "pg_monitor has truncate on app.notes, but no privilege",
        ),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO reader",
            "default privileges app.tables of",
        ),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM reader",
            "is declared but does not exist",
        ),
        ("ALTER TABLE app.owned OWNER TO CURRENT_USER", "owner of app.owned: role is"),
        ("ALTER TABLE app.notes OWNER TO app_owner", "table app.notes has owner app_owner instead of"),
        ("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "is declared but does not exist"),
        ("ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO reader", "grants USAGE to reader"),
    ],
)
def test_reported(made: Scratch, statement: str, sentence: str) -> None:
    """A privilege that differs from the declaration, and undeclared default privileges, are failures."""
    if "SCHEMA public" in statement and made.server.version < 150000:
        pytest.skip("the schema public belongs to a superuser")
    with made.variant(script=f"{made.subject.script}\n{statement};\n") as variant:
        found = PROOF.run(variant)
    assert Status.FAILED is found.status
    assert sentence in "; ".join(found.failures)


@pytest.mark.parametrize(
    ("change", "failures"),
    [
        ("REVOKE ALL ON TABLE public.made FROM reader;", 0),
        ("GRANT UPDATE ON TABLE public.made TO reader;", 1),
        ("REVOKE ALL ON TABLE public.made FROM reader; GRANT SELECT ON TABLE public.made TO PUBLIC;", 1),
    ],
)
def test_left_behind(server: Server, change: str, failures: int) -> None:
    """A privilege that a hand-written migration granted on our table may be revoked, and nothing else may change."""
    first = subject_of(Table("made", columns=[Column("id", bigint)]), platform=VANILLA, roles=[reader])
    granted = Migration.from_text(Path("035_grant.sql"), "GRANT SELECT ON public.made TO reader;")
    made = Migration.from_text(Path("034_made.sql"), first.script)
    subject = attrs.evolve(first, earlier=(made, granted), file="036_change.sql", script=change)
    with Scratch(server, subject) as scratch:
        assert failures == len(PROOF.run(scratch).failures)
