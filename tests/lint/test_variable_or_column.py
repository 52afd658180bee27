"""Names in PL/pgSQL that are a variable and a column, judged by calling the function on a server."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.postgres import Connection, provider

TABLES = "CREATE TABLE towns (town_id bigint PRIMARY KEY, town_name text, found boolean);\n"
TOWN = "town_id bigint"
# The parameters, the declarations and statements, and whether Postgres finds a name ambiguous.
BODIES = [
    (TOWN, "", "PERFORM town_name FROM towns WHERE towns.town_id = town_id;", True),
    (TOWN, "", "PERFORM t.town_name FROM towns t WHERE t.town_id = by_id.town_id;", False),
    (TOWN, "", "PERFORM town_name FROM towns;", False),
    (TOWN, "", "PERFORM town_id;", False),
    (TOWN, "", "UPDATE towns SET town_id = 1;", False),
    (TOWN, "", "UPDATE towns SET town_name = town_id::text;", True),
    (TOWN, "", "DELETE FROM towns WHERE town_id = 3;", True),
    (TOWN, "", "DELETE FROM towns WHERE towns.town_id = 3;", False),
    (TOWN, "", "INSERT INTO towns (town_id) VALUES (by_id.town_id);", False),
    (TOWN, "", "INSERT INTO towns (town_id) VALUES (town_id);", False),
    (TOWN, "", "INSERT INTO towns (town_id) VALUES (9) ON CONFLICT (town_id) DO NOTHING;", True),
    (
        TOWN,
        "",
        "INSERT INTO towns (town_id) VALUES (9) ON CONFLICT ON CONSTRAINT towns_pkey DO NOTHING;",
        False,
    ),
    (TOWN, "", "PERFORM count(*) FROM towns GROUP BY town_id;", True),
    (TOWN, "", "PERFORM 1 FROM (SELECT 2 AS town_id) s WHERE town_id = 2;", True),
    (TOWN, "", "PERFORM 1 FROM (SELECT 2 AS other) s WHERE town_id = 2;", False),
    (TOWN, "", "EXECUTE 'DELETE FROM towns WHERE town_id = 3';", False),
    (TOWN, "#variable_conflict use_column", "DELETE FROM towns WHERE town_id = 3;", False),
    ("a bigint", "DECLARE town_name text;", "DELETE FROM towns WHERE town_name = 'x';", True),
    ("a bigint", "DECLARE named text;", "DELETE FROM towns WHERE town_name = named;", False),
    (
        "a bigint",
        "",
        "DECLARE town_name text; BEGIN NULL; END; DELETE FROM towns WHERE town_name = 'x';",
        False,
    ),
    ("a bigint, OUT town_name text", "", "SELECT town_name INTO town_name FROM towns;", True),
    ("a bigint, OUT town_name text", "", "SELECT t.town_name INTO town_name FROM towns t;", False),
    ("INOUT town_id bigint", "", "IF EXISTS (SELECT FROM towns WHERE town_id = 1) THEN NULL; END IF;", True),
    (TOWN, "", "PERFORM 1 FROM towns t WHERE EXISTS (SELECT FROM towns u WHERE u.town_id = town_id);", True),
    (TOWN, "", "PERFORM t.town_name FROM towns t ORDER BY t.town_id;", False),
    (TOWN, "", "PERFORM 1 FROM towns WHERE found;", True),
    (
        "a bigint",
        "",
        "BEGIN DECLARE town_name text; BEGIN DELETE FROM towns WHERE town_name = 'x'; END; END;",
        True,
    ),
    ("a bigint", "DECLARE attname text;", "PERFORM 1 FROM pg_attribute WHERE attname = 'x';", True),
    ("a bigint", "", "FOR town_id IN 1..2 LOOP DELETE FROM towns WHERE town_id = 3; END LOOP;", True),
]
# The declarations and statements of DO blocks, which run at once.
BLOCKS = [
    ("town_id bigint;", "PERFORM town_name FROM towns WHERE town_id = 3;", True),
    ("town_id bigint;", "PERFORM t.town_name FROM towns t WHERE t.town_id = town_id;", True),
    ("v bigint;", "PERFORM t.town_name FROM towns t WHERE t.town_id = v;", False),
    ("town_id bigint;", "UPDATE towns SET town_id = 1;", False),
    ("town_id bigint;", "UPDATE towns SET town_name = town_id::text;", True),
    ("town_id bigint := 3;", "INSERT INTO towns (town_id) VALUES (town_id + 7);", False),
    ("town_id bigint;", "INSERT INTO towns (town_id) VALUES (9) ON CONFLICT (town_id) DO NOTHING;", True),
    ("town_name text;", "FOR town_name IN SELECT t.town_name FROM towns t LOOP NULL; END LOOP;", False),
    ("town_name text;", "FOR town_name IN SELECT town_name FROM towns LOOP NULL; END LOOP;", True),
    (
        "r record;",
        "FOR r IN SELECT * FROM towns LOOP DELETE FROM towns WHERE town_id = r.town_id; END LOOP;",
        False,
    ),
    ("towns text;", "PERFORM 1 FROM towns;", False),
    ("v text;", "PERFORM 1 FROM towns WHERE found;", True),
    ("town_id bigint;", "IF EXISTS (SELECT FROM towns WHERE town_id = 1) THEN NULL; END IF;", True),
    (
        "table_name text;",
        "IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'x') THEN NULL; END IF;",
        True,
    ),
    ("conname text;", "SELECT conname INTO conname FROM pg_constraint LIMIT 1;", True),
    ("conname text;", "SELECT c.conname INTO conname FROM pg_constraint c LIMIT 1;", False),
    ("v int;", "FOR i IN 1..3 LOOP DELETE FROM towns WHERE town_id = i; END LOOP;", False),
    ("town_id bigint;", "EXECUTE 'DELETE FROM towns WHERE town_id = 3';", False),
    ("town_id bigint;", "EXECUTE 'DELETE FROM towns WHERE town_id = $1' USING town_id;", False),
    ("v int;", "DECLARE town_name text; BEGIN NULL; END; DELETE FROM towns WHERE town_name = 'x';", False),
    ("town_id bigint := (SELECT max(town_id) FROM towns);", "NULL;", False),
    ("town_id bigint; v bigint := (SELECT max(town_id) FROM towns);", "NULL;", True),
    ("c CURSOR FOR SELECT town_id FROM towns; town_id bigint;", "OPEN c;", False),
    ("town_id bigint; c CURSOR FOR SELECT town_id FROM towns;", "OPEN c;", True),
    ("town_id bigint;", "CREATE TABLE copied AS SELECT town_id FROM towns;", True),
    ("town_id bigint;", "CREATE VIEW copied AS SELECT town_id FROM towns;", False),
    ("town_id bigint;", "ALTER TABLE towns ADD CHECK (town_id > 0);", False),
    (
        "town_id bigint;",
        "BEGIN DELETE FROM towns WHERE town_id = 1; EXCEPTION WHEN OTHERS THEN NULL; END;",
        False,
    ),
]


def write_function(parameters: str, declarations: str, statements: str) -> str:
    """Return the CREATE FUNCTION of a body."""
    returns = "" if "OUT" in parameters else "RETURNS void"
    return (
        f"CREATE FUNCTION by_id({parameters}) {returns} LANGUAGE plpgsql AS $$\n{declarations}\n"
        f"BEGIN\n{statements}\nEND $$;"
    )


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Start Postgres 18 with the table."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        database.connect() as connected,
    ):
        connected.execute(TABLES)
        yield connected


def is_ambiguous(connection: Connection, *statements: str) -> bool:
    """Return whether the server finds a name of the statements ambiguous; roll back."""
    connection.execute("BEGIN")
    try:
        for statement in statements:
            connection.execute(statement.encode(), prepare=False)
    except psycopg.errors.AmbiguousColumn:
        return True
    else:
        return False
    finally:
        connection.execute("ROLLBACK")


def find_rules(script: str) -> list[str]:
    """Return the rules of the findings after the table."""
    return [finding.rule for finding in check_history([Source.of(TABLES + script)], HistorySchema())]


@pytest.mark.parametrize(("parameters", "declarations", "statements", "ambiguous"), BODIES)
def test_ambiguous_name(
    connection: Connection, parameters: str, declarations: str, statements: str, *, ambiguous: bool
) -> None:
    """Lint reports a name exactly where the call fails because the name is a variable and a column."""
    create = write_function(parameters, declarations, statements)
    is_refused = is_ambiguous(connection, create, "SELECT by_id(1)")
    assert ambiguous == is_refused
    assert ["ambiguous-column"] * ambiguous == find_rules(create)


@pytest.mark.parametrize(("declarations", "statements", "ambiguous"), BLOCKS)
def test_ambiguous_in_block(
    connection: Connection, declarations: str, statements: str, *, ambiguous: bool
) -> None:
    """Lint reports a name exactly where a DO block fails because the name is a variable and a column."""
    block = f"DO $$ DECLARE {declarations} BEGIN {statements} END $$;"
    assert ambiguous == is_ambiguous(connection, block)
    assert ["ambiguous-column"] * ambiguous == find_rules(block)


def test_guarded_block(connection: Connection) -> None:
    """In a part of a DO block that may not run, an ambiguous name is a warning."""
    block = (
        "DO $$ DECLARE town_id int; BEGIN IF false THEN DELETE FROM towns WHERE town_id = 1; END IF; END $$;"
    )
    assert not is_ambiguous(connection, block)
    findings = check_history([Source.of(TABLES + block)], HistorySchema())
    assert [Level.WARNING] == [finding.level for finding in findings]
