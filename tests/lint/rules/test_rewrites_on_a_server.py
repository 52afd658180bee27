"""The rewrites of type changes, and the statements that Postgres refuses in a transaction, agree with a server."""

from __future__ import annotations

import pytest
from psycopg.errors import ActiveSqlTransaction
from rule_hits import find_findings
from table_locks import observe_script

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.rewrites import changes_stored_bytes
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection

COLUMNS = """CREATE TABLE t (
    i int, v varchar(5), n numeric(5, 2), ts timestamp, tz timestamptz, c char(3), x text, va varchar(5)[],
    inet inet, cidr cidr, o oid, vb varbit(3), j json, r real, b boolean, e mood, d plain, iv interval, xm xml
);"""
TYPES = """
i bigint
i oid
i int
i numeric
i text
v varchar(9)
v varchar(3)
v varchar
v text
v text USING v::text
v text USING trim(v)
v varchar(9) USING v::varchar(9)
x varchar
x varchar(9)
x mood USING x::mood
x text
n numeric(7, 2)
n numeric(7, 3)
n numeric
n numeric(4, 2)
ts timestamp(3)
ts timestamp(6)
ts timestamptz
tz timestamptz(3)
tz timestamp
c text
c char(5)
va text[]
va varchar(9)[]
inet cidr USING inet::cidr
cidr inet
o int
o regclass USING o::regclass
o bigint
i regtype USING i::regtype
vb varbit(9)
vb varbit(2)
vb varbit
j jsonb
j json
r double precision
b int USING b::int
e text
e mood
xm text
"""


class TestTypes:
    """The rewrite of a type change."""

    @pytest.mark.parametrize("change", TYPES.strip().splitlines())
    def test_as_measured(self, connection: Connection, change: str) -> None:
        """The table has a new file exactly if a rewrite is expected."""
        setup = "CREATE TYPE mood AS ENUM ('a');\nCREATE DOMAIN plain AS text;\n" + COLUMNS
        name, new = change.split(" ", 1)
        text = f"ALTER TABLE t ALTER {name} TYPE {new};"
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET timezone = 'Europe/Berlin'")
        connection.execute(setup.encode())
        connection.execute("INSERT INTO t DEFAULT VALUES")
        with connection.transaction(force_rollback=True):
            measured = observe_script(connection, text)["t"].rewritten
        expected: list[bool | None] = []
        for step in replay([Source.of(setup, "1.sql"), Source.of(text, "2.sql")], schema := HistorySchema()):
            if step.kind == "alter_table_stmt":
                (each,) = find_alter_commands(step, "AT_AlterColumnType")
                expected.append(changes_stored_bytes(schema, each.effects[0]))
        assert [measured] == expected

    def test_utc(self, connection: Connection) -> None:
        """If the time zone is UTC, timestamp and timestamptz have the same stored bytes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (ts timestamp)")
        text = "SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz;"
        with connection.transaction(force_rollback=True):
            assert not observe_script(connection, text)["t"].rewritten
        known = Source.of("CREATE TABLE t (ts timestamp);", "1.sql")
        for step in replay([known, Source.of(text, "2.sql")], schema := HistorySchema()):
            if step.kind == "alter_table_stmt":
                (each,) = find_alter_commands(step, "AT_AlterColumnType")
                assert changes_stored_bytes(schema, each.effects[0]) is False


class TestGenerated:
    """SET EXPRESSION of a generated column."""

    @pytest.mark.parametrize("kind", ["STORED", "VIRTUAL"])
    def test_as_measured(self, connection: Connection, kind: str) -> None:
        """The finding is there exactly if the table has a new file."""
        if connection.info.server_version < 180000:
            pytest.skip("Postgres 17 has SET EXPRESSION, and Postgres 18 has virtual columns")
        setup = f"CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) {kind});"
        text = "ALTER TABLE t ALTER g SET EXPRESSION AS (a + 2);"
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(setup.encode())
        with connection.transaction(force_rollback=True):
            measured = observe_script(connection, text)["t"].rewritten
        found = find_findings(Source.of(setup, "1.sql"), Source.of(text, "2.sql"), name="rewriting-table")
        assert [measured] * measured == [True for _ in found]


class TestIndexThatExists:
    """CREATE INDEX IF NOT EXISTS."""

    def test_nothing_built(self, connection: Connection) -> None:
        """Postgres builds no index under a name that exists, and reads no row."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        setup = "CREATE TABLE t (a int); CREATE INDEX t_a ON t (a);"
        connection.execute(setup.encode())
        text = "CREATE INDEX IF NOT EXISTS t_a ON t (a);"
        with connection.transaction(force_rollback=True):
            assert 0 == observe_script(connection, text)["t"].scans
        for earlier, expected in (
            (setup, 0),
            (f"{setup} DROP INDEX t_a;", 1),
            ("CREATE TABLE t (a int);", 1),
        ):
            found = find_findings(
                Source.of(earlier, "1.sql"),
                Source.of(text, "2.sql"),
                name="require-concurrent-index-creation",
            )
            assert expected == len(found)


class TestPipelines:
    """Statements that Postgres refuses in a transaction, in a pipeline."""

    @pytest.mark.parametrize(
        ("statements", "refused"),
        [
            (("CREATE INDEX CONCURRENTLY i ON t (a)", "SELECT 1"), False),
            (("DROP INDEX CONCURRENTLY t_a", "SELECT 1"), False),
            (("SET lock_timeout = '5s'", "CREATE INDEX CONCURRENTLY i ON t (a)"), True),
            (("SELECT 1", "DROP INDEX CONCURRENTLY t_a"), True),
        ],
    )
    def test_only_the_first(self, connection: Connection, statements: tuple[str, ...], refused: bool) -> None:  # noqa: FBT001
        """Only the first statement of a pipeline runs outside of a transaction."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute("CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX t_a ON t (a)")
        message = ""
        try:
            with connection.pipeline():
                for each in statements:
                    connection.execute(each.encode())
        except ActiveSqlTransaction as error:
            message = str(error)
        assert refused == ("cannot" in message)
