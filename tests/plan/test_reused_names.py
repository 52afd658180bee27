"""Tests that an object of another kind or table gets the name of a dropped one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import permutations
from typing import Any, Final, TypeAlias

import pytest
from fixtures_plans import HEADER
from shares import share

from schema_dsl.analysis.identity import CONSTRAINT_KINDS, RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS
from schema_dsl.introspect import introspect
from schema_dsl.introspect.canonical import canonicalize
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.postgres import Connection, Server, rolled_back
from schema_dsl.render import render
from schema_dsl.verify.snapshots.catalog import snapshot_catalog

NAME: Final = '"a b"'
TABLES: Final = """
    CREATE TABLE t (a int NOT NULL, b int UNIQUE);
    CREATE TABLE o (a int);
    CREATE FOREIGN DATA WRAPPER w;
    CREATE SERVER s FOREIGN DATA WRAPPER w;
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    INSERT INTO t VALUES (1, 1), (2, 2);
    INSERT INTO o VALUES (1);
"""
# Each statement creates an object with the name.
RELATIONS: Final = {
    "index": f"CREATE INDEX {NAME} ON t (a)",
    "unique index": f"CREATE UNIQUE INDEX {NAME} ON t (a)",
    "index of another table": f"CREATE INDEX {NAME} ON o (a)",
    "unique": f"ALTER TABLE t ADD CONSTRAINT {NAME} UNIQUE (a)",
    "unique of another table": f"ALTER TABLE o ADD CONSTRAINT {NAME} UNIQUE (a)",
    "primary key": f"ALTER TABLE t ADD CONSTRAINT {NAME} PRIMARY KEY (a)",
    "exclusion": f"ALTER TABLE t ADD CONSTRAINT {NAME} EXCLUDE (a WITH =)",
    "check": f"ALTER TABLE t ADD CONSTRAINT {NAME} CHECK (a > 0)",
    "foreign key": f"ALTER TABLE t ADD CONSTRAINT {NAME} FOREIGN KEY (a) REFERENCES t (b)",
    "constraint trigger": f"CREATE CONSTRAINT TRIGGER {NAME} AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    "sequence": f"CREATE SEQUENCE {NAME}",
    "view": f"CREATE VIEW {NAME} AS SELECT a FROM t",
    "materialized view": f"CREATE MATERIALIZED VIEW {NAME} AS SELECT a FROM t",
    "table": f"CREATE TABLE {NAME} (a int PRIMARY KEY)",
    "foreign table": f"CREATE FOREIGN TABLE {NAME} (a int) SERVER s",
    "composite type": f"CREATE TYPE {NAME} AS (a int)",
    "enum": f"CREATE TYPE {NAME} AS ENUM ('a')",
    "domain": f"CREATE DOMAIN {NAME} AS int",
    "range": f"CREATE TYPE {NAME} AS RANGE (subtype = int4)",
}
ROUTINES: Final = {
    "function": f"CREATE FUNCTION {NAME}(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "procedure": f"CREATE PROCEDURE {NAME}(int) LANGUAGE sql AS 'SELECT 1'",
    "aggregate": f"CREATE AGGREGATE {NAME}(int) (SFUNC = int4pl, STYPE = int)",
}
STATEMENTS: Final = {**RELATIONS, **ROUTINES}
PAIRS: Final = [*permutations(RELATIONS, 2), *permutations(ROUTINES, 2)]
State: TypeAlias = tuple[Catalog, dict[str, Any]]
ReadState: TypeAlias = Callable[[str], State]


def read_snapshot(connection: Connection) -> dict[str, Any]:
    """Read all attributes of all objects."""
    return {str(key): value for key, value in snapshot_catalog(connection, cluster=False).attributes.items()}


def read_files(connection: Connection) -> list[Any]:
    """Read the files of the tables and indexes, which a rewritten or rebuilt one does not keep."""
    return connection.execute(
        "SELECT oid::regclass::text, relfilenode FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'm') ORDER BY 1"
    ).fetchall()


@pytest.fixture(scope="module")
def session(server: Server) -> Iterator[Connection]:
    """A session in a database with two tables."""
    with server.database() as database, database.connect() as connection:
        connection.execute(b"SET client_min_messages = warning")
        connection.execute(TABLES.encode())
        yield connection


@pytest.fixture(scope="module")
def read_state(session: Connection) -> ReadState:
    """A function that returns the state with one of the objects."""

    @cache
    def read(name: str) -> State:
        with rolled_back(session):
            session.execute(STATEMENTS[name].encode())
            return introspect(session).catalog, read_snapshot(session)

    return read


@pytest.mark.parametrize(("before", "after"), share(PAIRS, one_in=40))
def test_name_is_reused(session: Connection, read_state: ReadState, before: str, after: str) -> None:
    """Postgres prints the new object, and the migration replaces the old one and rebuilds nothing in a second run."""
    wanted, expected = read_state(after)
    text = render(plan(read_state(before)[0], wanted), wanted, HEADER)
    statements = [statement.text.encode() for statement in split(text).statements]
    for interrupted in range(len(statements)):
        with rolled_back(session):
            session.execute(STATEMENTS[before].encode())
            assert wanted.objects == canonicalize(session, wanted).objects
            for statement in (*statements[:interrupted], *statements):
                session.execute(statement)
            assert expected == read_snapshot(session), text
            files = read_files(session)
            for statement in statements:
                session.execute(statement)
            assert expected == read_snapshot(session)
            assert files == read_files(session), text


def test_uniqueness_holds_throughout(read_state: ReadState) -> None:
    """One statement makes a unique index a constraint of its name, so that no duplicates can come in between."""
    wanted, _ = read_state("unique")
    assert 1 == len(plan(read_state("unique index")[0], wanted).steps)


def test_locks_of_the_old_relation(read_state: ReadState) -> None:
    """The drop of a view reports its lock, although a new table has the same name."""
    drop, *_ = plan(read_state("view")[0], read_state("table")[0]).steps
    assert {"AccessExclusiveLock"} == {hazard.lock for hazard in drop.hazards}


def test_every_shared_name_has_a_condition() -> None:
    """Each kind whose names another kind can have says how to find an object of it, and of no other kind."""
    sharing = RELATION_KINDS | TYPE_KINDS | ROUTINE_KINDS | CONSTRAINT_KINDS | {"index", "trigger"}
    rules = load_kind_rules()
    # REVOKE names a role, which the same migration may drop.
    named = {"role"}
    assert (sharing & rules.keys()) | named == {
        kind for kind, rule in rules.items() if rule.exists is not None
    }
    names = (name.removeprefix("constraint ").partition(" of another")[0] for name in STATEMENTS)
    tried = {name.replace(" ", "_") for name in names}
    assert sharing & rules.keys() == tried - {"unique_index"}
