"""Names in PL/pgSQL that are a variable and a column, judged by calling the function on a server."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.lint import Source
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


@pytest.mark.parametrize(("parameters", "declarations", "statements", "ambiguous"), BODIES)
def test_ambiguous_name(
    connection: Connection, parameters: str, declarations: str, statements: str, *, ambiguous: bool
) -> None:
    """Lint reports a name exactly where the call fails because the name is a variable and a column."""
    create = write_function(parameters, declarations, statements)
    connection.execute("BEGIN")
    connection.execute(create.encode())
    try:
        connection.execute("SELECT by_id(1)", prepare=False)
    except psycopg.errors.AmbiguousColumn:
        is_refused = True
    else:
        is_refused = False
    finally:
        connection.execute("ROLLBACK")
    assert ambiguous == is_refused
    rules = [finding.rule for finding in check_history([Source.of(TABLES + create)], HistorySchema())]
    assert ["ambiguous-column"] * ambiguous == rules
