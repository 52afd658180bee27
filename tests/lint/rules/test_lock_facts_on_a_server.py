"""The known locks of statements and rewrites of type changes agree with a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg.errors import ActiveSqlTransaction
from table_locks import MODES, observe_script

from schema_dsl.analysis.locks import LockMode
from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.locks import Lock, list_locks
from schema_dsl.lint.facts.rewrites import changes_stored_bytes
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection

OBJECTS = """
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE INDEX t_a ON t (a);
CREATE POLICY p ON t USING (true);
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;
CREATE TABLE pt (a int) PARTITION BY LIST (a);
CREATE TABLE p3 (a int);
CREATE TABLE p4 PARTITION OF pt FOR VALUES IN (4);
"""
STATEMENTS = """
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u
ALTER TABLE t ADD COLUMN z int
ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)
ALTER TABLE t ALTER a SET STATISTICS 10
ALTER TABLE t ALTER a SET (n_distinct = 5)
ALTER TABLE t SET (fillfactor = 70)
ALTER TABLE t RESET (fillfactor)
ALTER TABLE t CLUSTER ON t_pkey
ALTER TABLE t ENABLE ROW LEVEL SECURITY
ALTER TABLE t DISABLE TRIGGER g
ALTER TABLE t ENABLE TRIGGER USER
ALTER TABLE t ENABLE ALWAYS TRIGGER g
ALTER TABLE t VALIDATE CONSTRAINT c
ALTER TABLE t DROP CONSTRAINT c
ALTER TABLE t ADD COLUMN z int, ALTER a SET STATISTICS 10
ALTER TABLE pt ATTACH PARTITION p3 FOR VALUES IN (3)
ALTER TABLE pt DETACH PARTITION p4
CREATE TABLE p5 PARTITION OF pt FOR VALUES IN (5)
ALTER TABLE t RENAME COLUMN a TO b
ALTER TABLE t RENAME CONSTRAINT c TO d
ALTER TRIGGER g ON t RENAME TO h
ALTER POLICY p ON t RENAME TO q
CREATE INDEX ON t (a)
DROP INDEX t_a
DROP POLICY p ON t
DROP TRIGGER g ON t
CREATE POLICY q ON t USING (true)
ALTER POLICY p ON t USING (false)
CREATE RULE r AS ON INSERT TO t DO NOTHING
CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
TRUNCATE t
CLUSTER t USING t_pkey
REINDEX TABLE t
REINDEX INDEX t_a
REFRESH MATERIALIZED VIEW m
LOCK TABLE t IN SHARE MODE
LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE
ALTER INDEX t_a RENAME TO t_b
GRANT SELECT ON t TO PUBLIC
"""
# For a statement without a blocking lock, the test checks that these tables have no lock.
EXISTING = {"t", "u", "m", "pt", "p3", "p4"}


class TestLocks:
    """The lock of a statement."""

    @pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
    def test_as_measured(self, connection: Connection, text: str) -> None:
        """The strongest lock on every existing table is the lock that the server takes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(OBJECTS.encode())
        with connection.transaction(force_rollback=True):
            seen = observe_script(connection, text)
        blocking = MODES[MODES.index("ShareUpdateExclusiveLock") :]
        measured = {name: blocking.index(seen[name].mode) for name in EXISTING if seen[name].mode in blocking}
        *_, taken = iterate_locks(OBJECTS, text)
        expected = {lock.name: lock.mode - LockMode.SHARE_UPDATE_EXCLUSIVE for lock in taken}
        assert measured == expected


def iterate_locks(setup: str, text: str) -> Iterator[list[Lock]]:
    """Yield the locks of every statement of a setup and a script."""
    for step in replay([Source.of(setup), Source.of(text)], Schema()):
        yield list(list_locks(step))


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
        for step in replay([Source.of(setup, "1.sql"), Source.of(text, "2.sql")], schema := Schema()):
            if step.kind == "alter_table_stmt":
                (each,) = find_alter_commands(step, "AT_AlterColumnType")
                expected.append(
                    changes_stored_bytes(schema, schema.relations["public", "t"].columns[name], each)
                )
        assert [measured] == expected

    def test_utc(self, connection: Connection) -> None:
        """If the time zone is UTC, timestamp and timestamptz have the same stored bytes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (ts timestamp)")
        text = "SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz;"
        with connection.transaction(force_rollback=True):
            assert not observe_script(connection, text)["t"].rewritten
        known = Source.of("CREATE TABLE t (ts timestamp);", "1.sql")
        for step in replay([known, Source.of(text, "2.sql")], schema := Schema()):
            if step.kind == "alter_table_stmt":
                (each,) = find_alter_commands(step, "AT_AlterColumnType")
                assert (
                    changes_stored_bytes(schema, schema.relations["public", "t"].columns["ts"], each) is False
                )


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
        connection.execute(OBJECTS.encode())
        message = ""
        try:
            with connection.pipeline():
                for each in statements:
                    connection.execute(each.encode())
        except ActiveSqlTransaction as error:
            message = str(error)
        assert refused == ("cannot" in message)
