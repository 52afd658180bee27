"""Each case leads from one schema to the other and back, as Postgres sees them."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import psycopg
import pytest
from case_files import SchemaCase, read_cases
from generated_files import generate_file
from imports import find_unsaid_in_import
from schema_dumps import dump_schema

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import introspect
from schema_dsl.introspect.database import read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.owner import Ownership, ownership_identity
from schema_dsl.model.schema import PUBLIC_SCHEMA, Schema
from schema_dsl.parsing import split
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.render import Header, render
from schema_dsl.sql import identifier
from schema_dsl.verify.snapshots.catalog import snapshot_catalog

OWNER: Final = "schema_dsl_cases"
READER: Final = "schema_dsl_cases_reader"
WRITER: Final = "schema_dsl_cases_writer"
OTHER_OWNER: Final = "schema_dsl_cases_other_owner"
HOSTILE: Final = ('schema_dsl cases "r" ä \'', "schema_dsl cases\n$$ \\ %s {{ r }}")
ROLES: Final = (OWNER, READER, WRITER, OTHER_OWNER, *HOSTILE)
WITH_OWNERS: Final = Catalog({ownership_identity(Identity("table")): Ownership(OWNER)})
WITH_NAMES: Final = Catalog({Identity(NotNullName.kind): NotNullName("any", "any")})
WITH_PUBLIC: Final = Catalog({PUBLIC_SCHEMA: Schema("public")})
HEADER: Final = Header(file="1.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)
# ALTER TABLE ADD COLUMN appends, so the order of columns may differ.
_SOFT: Final = frozenset({"column order"})
# The tenths of the cases that a run without -m tries.
_PART: Final = 1


def _mark(case: SchemaCase, part: int = _PART) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *([pytest.mark.part] if case.bucket < part else [])]


CASES: Final = [pytest.param(case, id=case.name, marks=_mark(case)) for case in read_cases()]


@pytest.fixture(scope="session")
def owner(server: Server) -> str:
    """The role that owns the objects of the cases; other processes may have created it."""
    with contextlib.closing(server.connect()) as connection:
        for role in ROLES:
            statement = f"CREATE ROLE {identifier(role)} LOGIN"
            connection.execute(
                f"DO $do$ BEGIN {statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$"
            )
        # Only a member of a role can give objects to it. Of two processes that grant this, one can fail.
        with contextlib.suppress(psycopg.errors.InternalError_, psycopg.errors.UniqueViolation):
            connection.execute(f"GRANT {OTHER_OWNER} TO {OWNER}".encode())
    return OWNER


def read_attributes(connection: Connection) -> dict[str, str]:
    """Read all attributes of all objects from the catalog, independently of the code under test."""
    attributes = snapshot_catalog(connection, cluster=False).attributes
    return {str(target): text for target, text in attributes.items()}


def describe_state(attributes: dict[str, str]) -> dict[str, Any]:
    """Return the attributes without those that a migration need not reach."""
    state = {}
    for target, text in attributes.items():
        values = json.loads(text)
        values |= values.pop("described", {})
        state[target] = {name: value for name, value in values.items() if name not in _SOFT}
    return state


def read_state(connection: Connection) -> dict[str, Any]:
    """Read the attributes of all objects that a migration must reach."""
    return describe_state(read_attributes(connection))


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


@attrs.frozen
class OpenedSchema:
    """One of the schemas of a case in a database.

    Attributes:
        connection: A session of the owner of the objects.
        database: The database.
        state: The attributes of all objects.
        dump: The statements of pg_dump; empty if the case is not dumped.
    """

    connection: Connection
    database: Database
    state: dict[str, Any]
    dump: Counter[str]


def check_dump(server: Server, owner: str, case: SchemaCase, schema: OpenedSchema, folder: Path) -> None:
    """Check that a dump creates the schema in an empty database, and that the import says the same.

    A schema is left out if it needs something that cannot be declared.
    """
    contents = read_database(schema.connection, platform("vanilla"))
    assert () == contents.introspection.unsupported
    if contents.unmodelled:
        return
    script = render_contents(contents, "Schema")
    with open_schema(server, owner, "", as_superuser=case.superuser) as (empty, copy):
        try:
            run(empty, script)
        except Exception as error:
            error.add_note(script)
            raise
        assert schema.state == read_state(empty), script
        assert contents.catalog == read_database(empty, platform("vanilla")).catalog
        assert not schema.dump or schema.dump == dump_schema(copy)
        assert [] == find_unsaid_in_import(contents, folder, empty)


@pytest.mark.parametrize("case", CASES)
def test_case(
    server: Server, owner: str, case: SchemaCase, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From a to b and back, twice each: catalog, pg_dump and rows are as wanted, and the plan is then empty.

    The second reader finds no difference. Before that, the dump of either schema creates it in an empty database, and
    the import of either says the same. A run without -m tries one of the two, which is always the same for a case.
    """
    skip_unsupported(server, case)
    is_full = bool(request.config.getoption("markexpr"))
    # Four runs of pg_dump take as long as the rest of the case.
    is_dumped = case.bucket == 0 or is_full
    with contextlib.ExitStack() as stack:
        schemas = {}
        for side, text in (("a", case.a), ("b", case.b)):
            opened = stack.enter_context(open_schema(server, owner, text, as_superuser=case.superuser))
            dump = dump_schema(opened[1]) if is_dumped else Counter[str]()
            schemas[side] = OpenedSchema(*opened, read_state(opened[0]), dump)
        if not case.has_owners:
            for side in ("a", "b") if is_full else ("ab"[zlib.crc32(case.name.encode()) % 2],):
                check_dump(server, owner, case, schemas[side], tmp_path / side)
        like = WITH_OWNERS if case.has_owners else WITH_PUBLIC if case.has_public else WITH_NAMES
        found = {side: introspect(schema.connection, like=like) for side, schema in schemas.items()}
        assert () == found["a"].unsupported + found["b"].unsupported
        connection = schemas["a"].connection
        run(connection, case.rows)
        rows = count_rows(connection)
        for source, target in (("a", "b"), ("b", "a")):
            wanted = found[target].catalog
            for runner in ("psql", "psql-single-transaction"):
                assert [] == generate_file(found[source].catalog, wanted, runner).compare()
            text = render(plan(found[source].catalog, wanted), wanted, HEADER)
            try:
                run(connection, text)
                once = read_attributes(connection)
                run(connection, text)
            except Exception as error:
                error.add_note(text)
                raise
            assert once == read_attributes(connection), text
            assert schemas[target].state == describe_state(once), text
            reached = introspect(connection, like=like).catalog
            assert wanted == reached
            assert not plan(reached, wanted)
            assert not is_dumped or schemas[target].dump == dump_schema(schemas["a"].database), text
            assert {**rows, **count_rows(connection)} == {**count_rows(connection), **rows}


def test_dumps_of_different_schemas_differ(server: Server, owner: str) -> None:
    """The comparison by pg_dump shows comments, privileges and constraints, and no order of columns."""
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
