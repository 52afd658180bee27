"""Each case leads from one schema to the other and back, as Postgres sees them."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from case_files import SchemaCase, read_cases
from imports import find_unsaid_in_import
from schema_dumps import dump_schema

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import introspect
from schema_dsl.introspect.database import read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.owner import Ownership, ownership_identity
from schema_dsl.model.schema import PUBLIC_SCHEMA, Schema
from schema_dsl.parsing import split
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.render import Header, render
from schema_dsl.sql import identifier
from schema_dsl.verify.snapshot import snapshot_catalog

OWNER: Final = "schema_dsl_cases"
READER: Final = "schema_dsl_cases_reader"
WRITER: Final = "schema_dsl_cases_writer"
OTHER_OWNER: Final = "schema_dsl_cases_other_owner"
ROLES: Final = (OWNER, READER, WRITER, OTHER_OWNER, 'schema_dsl cases "r" ä \'')
WITH_OWNERS: Final = Catalog({ownership_identity(Identity("table")): Ownership(OWNER)})
WITH_PUBLIC: Final = Catalog({PUBLIC_SCHEMA: Schema("public")})
HEADER: Final = Header(file="1.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)
# ALTER TABLE ADD COLUMN appends, so the order of columns may differ.
_SOFT: Final = frozenset({"column order"})
# The tenths of the cases that a run without -m tries.
_PART: Final = 1


def _mark(case: SchemaCase, part: int = _PART) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *([pytest.mark.part] if case.bucket < part else [])]


CASES: Final = [pytest.param(case, id=case.name, marks=_mark(case)) for case in read_cases()]
DUMPED: Final = [
    pytest.param(case, id=case.name, marks=_mark(case, 1)) for case in read_cases() if not case.has_owners
]


@pytest.fixture(scope="session")
def owner(server: Server) -> str:
    """The role that owns the objects of the cases; other processes may have created it."""
    with contextlib.closing(server.connect()) as connection:
        for role in ROLES:
            statement = f"CREATE ROLE {identifier(role)} LOGIN"
            connection.execute(
                f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        # Only a member of a role can give objects to it. Of two processes that grant this, one can fail.
        with contextlib.suppress(psycopg.errors.InternalError_, psycopg.errors.UniqueViolation):
            connection.execute(f"GRANT {OTHER_OWNER} TO {OWNER}".encode())
    return OWNER


def read_state(connection: Connection) -> dict[str, Any]:
    """Read all attributes of all objects from the catalog, independently of the code under test."""
    state = {}
    for target, text in snapshot_catalog(connection, cluster=False).attributes.items():
        attributes = json.loads(text)
        described = attributes.pop("described", {})
        for name in _SOFT:
            described.pop(name, None)
            attributes.pop(name, None)
        state[str(target)] = {**attributes, **described}
    return state


def run(connection: Connection, text: str) -> None:
    """Run a script statement by statement."""
    for statement in split(text).statements:
        assert statement.problem is None, statement
        connection.execute(statement.text.encode())


def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = connection.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text"
        " NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert row is not None
        counts[table] = row[0]
    return counts


@contextlib.contextmanager
def open_schema(
    server: Server, owner: str, text: str, *, as_superuser: bool = False
) -> Iterator[tuple[Connection, Database]]:
    """Open a session of the owner of the objects in a new database with a schema."""
    with server.database(owner=owner) as database:
        with contextlib.closing(database.connect()) as superuser:
            superuser.execute(f"GRANT ALL ON SCHEMA public TO {owner}, {OTHER_OWNER}".encode())
        with contextlib.closing(database.connect(None if as_superuser else owner)) as connection:
            connection.execute("SET client_min_messages = warning")
            run(connection, text)
            yield connection, database


def skip_unsupported(server: Server, case: SchemaCase) -> None:
    """Skip a case whose features the server does not have."""
    if server.version // 10000 < case.since:
        pytest.skip(f"since Postgres {case.since}")
    if case.icu:
        with contextlib.closing(server.connect()) as connection:
            if connection.execute("SELECT FROM pg_collation WHERE collname = 'und-x-icu'").fetchone() is None:
                pytest.skip("the server has no ICU")


@pytest.mark.parametrize("case", DUMPED)
def test_dump(
    server: Server, owner: str, case: SchemaCase, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The dump of either schema creates it in an empty database, and the import of either says the same.

    A run without -m tries one of the two, which is always the same for a case.
    """
    skip_unsupported(server, case)
    sides = [("a", case.a), ("b", case.b)]
    if not request.config.getoption("markexpr"):
        sides = [sides[zlib.crc32(case.name.encode()) % 2]]
    for name, text in sides:
        with (
            open_schema(server, owner, text, as_superuser=case.superuser) as (connection, database),
            open_schema(server, owner, "", as_superuser=case.superuser) as (empty, copy),
        ):
            contents = read_database(connection, platform("vanilla"))
            assert () == contents.introspection.unsupported
            if contents.unmodelled:
                # What the case needs cannot be declared.
                continue
            script = render_contents(contents, "Schema")
            try:
                run(empty, script)
            except Exception as error:
                error.add_note(script)
                raise
            assert read_state(connection) == read_state(empty), script
            assert contents.catalog == read_database(empty, platform("vanilla")).catalog
            if case.bucket == 0:
                assert dump_schema(database) == dump_schema(copy)
            assert [] == find_unsaid_in_import(contents, tmp_path / name, empty)


@pytest.mark.parametrize("case", CASES)
def test_case(server: Server, owner: str, case: SchemaCase, request: pytest.FixtureRequest) -> None:
    """From a to b and back, twice each: catalog, pg_dump and rows are as wanted, and the plan is then empty."""
    skip_unsupported(server, case)
    with (
        open_schema(server, owner, case.a, as_superuser=case.superuser) as (connection, database),
        open_schema(server, owner, case.b, as_superuser=case.superuser) as (other, other_database),
    ):
        # Four dumps take as long as the rest of the case.
        is_dumped = case.bucket == 0 or bool(request.config.getoption("markexpr"))
        dumps = {"a": dump_schema(database), "b": dump_schema(other_database)} if is_dumped else {}
        expected = {"a": read_state(connection), "b": read_state(other)}
        like = WITH_OWNERS if case.has_owners else WITH_PUBLIC if case.has_public else None
        found = {"a": introspect(connection, like=like), "b": introspect(other, like=like)}
        assert () == found["a"].unsupported + found["b"].unsupported
        run(connection, case.rows)
        rows = count_rows(connection)
        for source, target in (("a", "b"), ("b", "a")):
            wanted = found[target].catalog
            text = render(plan(found[source].catalog, wanted), wanted, HEADER)
            for _ in range(2):
                try:
                    run(connection, text)
                except Exception as error:
                    error.add_note(text)
                    raise
                assert expected[target] == read_state(connection), text
                assert wanted == introspect(connection, like=like).catalog
            assert not dumps or dumps[target] == dump_schema(database), text
            assert not plan(introspect(connection, like=like).catalog, wanted)
            assert {**rows, **count_rows(connection)} == {**count_rows(connection), **rows}


def test_dumps_of_different_schemas_differ(server: Server, owner: str) -> None:
    """The comparison by pg_dump tells comments, privileges and constraints, and no order of columns."""
    table = "CREATE TABLE t (a int CHECK (a > 0), b int)"
    others = ["COMMENT ON COLUMN t.a IS 'x'", f"GRANT SELECT (a) ON t TO {READER}", "ALTER TABLE t DROP a"]
    with open_schema(server, owner, f"{table};") as (_, database):
        expected = dump_schema(database)
    reordered = "CREATE TABLE t (b int); ALTER TABLE t ADD a int CHECK (a > 0);"
    with open_schema(server, owner, reordered) as (connection, database):
        assert expected == dump_schema(database)
        for statement in others:
            connection.execute(statement.encode())
            found = dump_schema(database)
            assert expected != found
            expected = found


def test_cases_are_read() -> None:
    """The folders have cases, each with two different schemas."""
    assert len(CASES) > 0
    assert not [case for case in read_cases() if case.a.strip() == case.b.strip()]
