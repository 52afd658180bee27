"""Which locks statements take, and which changes of a type rewrite, is known as a server has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from locking import MODES, look
from psycopg.errors import ActiveSqlTransaction

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.locks import Lock, Mode, locks
from schema_dsl.lint.facts.rewrites import changes_bytes
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection

THINGS = """
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
LOCKING = """
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
# Statements on t that take no lock which others feel are looked at for t as well.
OLD = {"t", "u", "m", "pt"}


class TestLocks:
    """Which lock a statement takes is known without a server."""

    @pytest.mark.parametrize("text", LOCKING.strip().splitlines())
    def test_as_measured(self, connection: Connection, text: str) -> None:
        """The strongest lock on each table that was there is the one that the server takes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(THINGS.encode())
        with connection.transaction(force_rollback=True):
            seen = look(connection, text)
        felt = MODES[MODES.index("ShareUpdateExclusiveLock") :]
        measured = {name: felt.index(seen[name].mode) for name in OLD if seen[name].mode in felt}
        *_, taken = stepping(THINGS, text)
        said = {lock.name: lock.mode - Mode.SHARE_UPDATE_EXCLUSIVE for lock in taken}
        assert measured == said


def stepping(setup: str, text: str) -> Iterator[list[Lock]]:
    """Yield the locks of each statement of a text, behind its setup."""
    for step in replay([Source.of(setup), Source.of(text)], Schema()):
        yield list(locks(step))


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
    """Which change of a type rewrites the table is known without a server."""

    @pytest.mark.parametrize("change", TYPES.strip().splitlines())
    def test_as_measured(self, connection: Connection, change: str) -> None:
        """The file of the table is another one afterwards just where that is said."""
        setup = "CREATE TYPE mood AS ENUM ('a');\nCREATE DOMAIN plain AS text;\n" + COLUMNS
        name, new = change.split(" ", 1)
        text = f"ALTER TABLE t ALTER {name} TYPE {new};"
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET timezone = 'Europe/Berlin'")
        connection.execute(setup.encode())
        connection.execute("INSERT INTO t DEFAULT VALUES")
        with connection.transaction(force_rollback=True):
            measured = look(connection, text)["t"].rewritten
        said: list[bool | None] = []
        for step in replay([Source.of(setup, "1.sql"), Source.of(text, "2.sql")], schema := Schema()):
            if step.kind == "alter_table_stmt":
                (each,) = altered(step, "AT_AlterColumnType")
                said.append(changes_bytes(schema, schema.relations["public", "t"].columns[name], each))
        assert [measured] == said

    def test_utc(self, connection: Connection) -> None:
        """Where the time zone is UTC, timestamp and timestamptz are the same bytes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (ts timestamp)")
        text = "SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz;"
        with connection.transaction(force_rollback=True):
            assert not look(connection, text)["t"].rewritten
        known = Source.of("CREATE TABLE t (ts timestamp);", "1.sql")
        for step in replay([known, Source.of(text, "2.sql")], schema := Schema()):
            if step.kind == "alter_table_stmt":
                (each,) = altered(step, "AT_AlterColumnType")
                assert changes_bytes(schema, schema.relations["public", "t"].columns["ts"], each) is False


class TestPipelines:
    """What refuses transactions, in a pipeline."""

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
        """What follows runs in one transaction; alone in a file, CONCURRENTLY is the first."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(THINGS.encode())
        told = ""
        try:
            with connection.pipeline():
                for each in statements:
                    connection.execute(each.encode())
        except ActiveSqlTransaction as error:
            told = str(error)
        assert refused == ("cannot" in told)
