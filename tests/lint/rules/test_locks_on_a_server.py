"""What rules about locks claim, seen on a server: the lock, the rewrite, the rows that are read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import attrs
import psycopg
import pytest
from asked import edited, hits, of_group

from schema_dsl.lint.facts.altered import altered
from schema_dsl.lint.facts.locks import Lock, Mode, locks
from schema_dsl.lint.facts.rewrites import changes_bytes
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, provider

NOT_NULL_NOT_VALID_SINCE = 180000

SETUP = """
CREATE TABLE public.customers (id bigint PRIMARY KEY);
CREATE TABLE public.shops (id bigint PRIMARY KEY);
INSERT INTO public.customers VALUES (1);
INSERT INTO public.shops VALUES (1);
CREATE TABLE public.orders (id integer NOT NULL, number text, total integer, note varchar(80), customer_id bigint);
INSERT INTO public.orders VALUES (1, 'a', 5, 'x', 1), (2, 'b', 6, 'y', 1);
CREATE TABLE public.bookings (id bigint, during tstzrange);
CREATE TABLE public.events (at date) PARTITION BY RANGE (at);
CREATE TABLE public.events_2020 PARTITION OF public.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
"""
WITH_KEY = "CREATE UNIQUE INDEX orders_pkey ON public.orders (id);"
WITH_INDEX = "CREATE INDEX orders_customer_idx ON public.orders (customer_id);"


@attrs.frozen
class Seen:
    """What a script did to a table: the locks at its end, whether the table was rewritten, and read whole."""

    modes: frozenset[str]
    rewritten: bool
    read: bool


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A session in a fresh database."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        yield opened


@pytest.fixture
def made(connection: Connection) -> Iterator[Connection]:
    """The tables that the examples are about, made anew."""
    connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.execute(SETUP)
    yield connection
    connection.execute("ROLLBACK; RESET ALL")


def look(connection: Connection, text: str, table: str) -> Seen:
    """Run a script in a transaction that is not ended, and see what it did."""
    node, reads = (
        "SELECT relfilenode FROM pg_class WHERE oid = %s::regclass",
        ("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = %s::regclass"),
    )
    connection.execute("BEGIN")
    before, read = (connection.execute(query, [table]).fetchone() for query in (node, reads))
    for statement in Source.of(text).statements:
        if statement.kind != "transaction_stmt":
            connection.execute(statement.text.encode())
    rows = connection.execute(
        "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = %s::regclass", [table]
    ).fetchall()
    seen = Seen(
        frozenset(mode for (mode,) in rows),
        connection.execute(node, [table]).fetchone() != before,
        connection.execute(reads, [table]).fetchone() != read,
    )
    connection.execute("ROLLBACK")
    return seen


EXCLUSIVE = "AccessExclusiveLock"
# By rule: what each of its bad examples needs before it, the table, the lock that it takes, and what it does.
CLAIMS = {
    "require-concurrent-index-creation": ("", "public.orders", "ShareLock", "read"),
    "require-concurrent-index-deletion": (WITH_INDEX, "public.orders", EXCLUSIVE, ""),
    "require-concurrent-reindex": (WITH_KEY, "public.orders", "ShareLock", "read"),
    "require-concurrent-partition-detach": ("", "public.events", EXCLUSIVE, ""),
    "constraint-missing-not-valid": ("", "public.orders", EXCLUSIVE, "read"),
    "adding-foreign-key-constraint": ("", "public.orders", "ShareRowExclusiveLock", "read"),
    "adding-not-nullable-field": ("", "public.orders", EXCLUSIVE, "read"),
    "adding-field-with-default": ("", "public.orders", EXCLUSIVE, "rewritten"),
    "adding-primary-key-constraint": ("", "public.orders", EXCLUSIVE, "read"),
    "adding-unique-constraint": ("", "public.orders", EXCLUSIVE, "read"),
    "adding-exclusion-constraint": ("", "public.bookings", EXCLUSIVE, "read"),
    "changing-column-type": ("", "public.orders", EXCLUSIVE, "rewritten"),
    "combine-table-scans": ("", "public.orders", EXCLUSIVE, "read"),
    "require-lock-timeout": ("", "public.orders", EXCLUSIVE, ""),
    "require-statement-timeout": ("", "public.orders", EXCLUSIVE, ""),
    "access-exclusive-held": ("", "public.orders", EXCLUSIVE, "read"),
    "validated-in-same-transaction": ("", "public.orders", EXCLUSIVE, "read"),
}
BAD = [(name, text) for name in CLAIMS for text in rules()[name].bad]


class TestBad:
    """The bad examples."""

    @pytest.mark.parametrize(("name", "text"), BAD)
    def test_lock_and_work(self, made: Connection, name: str, text: str) -> None:
        """The lock is held behind it, and the table was read or written anew."""
        setup, table, mode, does = CLAIMS[name]
        if "SET NOT NULL" not in text and "NOT NULL customer_id" in text:
            since(made, NOT_NULL_NOT_VALID_SINCE)
        made.execute(setup.encode())
        seen = look(made, text, table)
        assert mode in seen.modes
        assert "read" != does or seen.read
        assert ("rewritten" == does) == seen.rewritten

    def test_no_claim_is_forgotten(self) -> None:
        """Every rule of the group is shown on a server, here or below."""
        below = {
            "cannot-run-in-transaction",
            "adding-required-field",
            "prefer-repack",
            "primary-key-index-nullable",
        }
        assert {rule.name for rule in of_group("locks")} == below | set(CLAIMS)

    @pytest.mark.parametrize("text", rules()["cannot-run-in-transaction"].bad)
    def test_refused(self, made: Connection, text: str) -> None:
        """Postgres refuses it there."""
        with pytest.raises(psycopg.errors.ActiveSqlTransaction):
            run(made, text)

    @pytest.mark.parametrize("text", rules()["adding-required-field"].bad)
    def test_no_value(self, made: Connection, text: str) -> None:
        """A table with rows refuses the column."""
        with pytest.raises(psycopg.errors.NotNullViolation):
            run(made, text)

    @pytest.mark.parametrize("text", rules()["prefer-repack"].bad)
    def test_repack(self, made: Connection, text: str) -> None:
        """The table is written anew."""
        made.execute(WITH_KEY.encode())
        query = "SELECT relfilenode FROM pg_class WHERE oid = 'public.orders'::regclass"
        before = made.execute(query).fetchone()
        run(made, text)
        assert made.execute(query).fetchone() != before

    def test_primary_key_of_nullable(self, made: Connection) -> None:
        """Every row is read for the NOT NULL, and none where that is known."""
        made.execute("CREATE UNIQUE INDEX numbers ON public.orders (number)")
        added = "ALTER TABLE public.orders ADD CONSTRAINT k PRIMARY KEY USING INDEX numbers;"
        assert look(made, added, "public.orders").read
        made.execute("ALTER TABLE public.orders ALTER number SET NOT NULL")
        assert not look(made, added, "public.orders").read

    def test_both_tables_of_a_foreign_key(self, made: Connection) -> None:
        """Nobody can write to the referenced table either."""
        (text, _) = rules()["adding-foreign-key-constraint"].bad
        assert "ShareRowExclusiveLock" in look(made, text, "public.customers").modes


def since(connection: Connection, version: int) -> None:
    """Skip on older servers."""
    if connection.info.server_version < version:
        pytest.skip(f"Postgres {version // 10000} and later")


def run(connection: Connection, text: str) -> None:
    """Run a script as psql does, statement by statement."""
    for statement in Source.of(text).statements:
        connection.execute(statement.text.encode())


class TestGood:
    """The good examples, and what is proposed for the bad ones."""

    @pytest.mark.parametrize(
        ("name", "text"), [(rule.name, text) for rule in of_group("locks") for text in rule.good]
    )
    def test_runs(self, made: Connection, name: str, text: str) -> None:
        """Postgres takes it."""
        if "SET NOT NULL" not in text and "NOT NULL customer_id" in text:
            since(made, NOT_NULL_NOT_VALID_SINCE)
        if "REINDEX" in text:
            made.execute(WITH_KEY.encode())
        if name == "adding-exclusion-constraint":
            made.execute("DROP TABLE public.bookings")
        run(made, text)

    @pytest.mark.parametrize(
        ("name", "text"), [(rule.name, text) for rule in of_group("locks") for text in rule.bad]
    )
    def test_mended_runs(self, made: Connection, name: str, text: str) -> None:
        """What a rule proposes is taken as well."""
        found = hits(text, name)
        if any(hit.edits for hit in found):
            made.execute(WITH_KEY.encode())
            if text.startswith("DROP INDEX"):
                made.execute(WITH_INDEX.encode())
            run(made, edited(text, found))

    def test_validate_lets_writes_through(self, made: Connection) -> None:
        """VALIDATE CONSTRAINT alone takes a lock that only other DDL feels."""
        made.execute("ALTER TABLE public.orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID")
        seen = look(made, "ALTER TABLE public.orders VALIDATE CONSTRAINT c;", "public.orders")
        assert {"ShareUpdateExclusiveLock"} <= seen.modes
        assert {EXCLUSIVE, "ShareLock", "ShareRowExclusiveLock"}.isdisjoint(seen.modes)
        assert seen.read

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER TABLE public.orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;",
            "ALTER TABLE public.orders ADD COLUMN c timestamptz NOT NULL DEFAULT now();",
            "ALTER TABLE public.orders ADD COLUMN c bigint REFERENCES public.shops (id);",
            "ALTER TABLE public.orders ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES public.shops NOT VALID;",
        ],
    )
    def test_no_row_is_read(self, made: Connection, text: str) -> None:
        """What the rules do not mind neither reads nor writes rows."""
        assert not any(hits(text, rule.name) for rule in of_group("locks") if "timeout" not in rule.name)
        seen = look(made, text, "public.orders")
        assert (False, False) == (seen.rewritten, seen.read)

    def test_proven_not_null(self, made: Connection) -> None:
        """With a validated CHECK, SET NOT NULL reads no row."""
        made.execute("ALTER TABLE public.orders ADD CONSTRAINT c CHECK (number IS NOT NULL AND total > 0)")
        assert not look(made, "ALTER TABLE public.orders ALTER number SET NOT NULL;", "public.orders").read


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
MODES = ["ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", EXCLUSIVE]
# Statements on t that take no lock which others feel are looked at for t as well.
OLD = {"t", "u", "m", "pt"}


class TestLocks:
    """Which lock a statement takes is known without a server."""

    @pytest.mark.parametrize("text", LOCKING.strip().splitlines())
    def test_as_measured(self, connection: Connection, text: str) -> None:
        """The strongest lock on each table that was there is the one that the server takes."""
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(THINGS.encode())
        connection.execute("BEGIN")
        connection.execute(text.encode())
        rows = connection.execute(
            "SELECT relname, array_agg(mode) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
            "WHERE pid = pg_backend_pid() AND relname = ANY (%s) GROUP BY 1",
            [list(OLD)],
        ).fetchall()
        connection.execute("ROLLBACK")
        measured = {
            name: max((MODES.index(mode) for mode in modes if mode in MODES), default=-1)
            for name, modes in rows
        }
        *_, taken = stepping(THINGS, text)
        said = {lock.name: lock.mode - Mode.SHARE_UPDATE_EXCLUSIVE for lock in taken}
        assert {name: mode for name, mode in measured.items() if mode >= 0} == said


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
        measured = look(connection, text, "t").rewritten
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
        assert not look(connection, text, "t").rewritten
        known = Source.of("CREATE TABLE t (ts timestamp);", "1.sql")
        for step in replay([known, Source.of(text, "2.sql")], schema := Schema()):
            if step.kind == "alter_table_stmt":
                (each,) = altered(step, "AT_AlterColumnType")
                assert changes_bytes(schema, schema.relations["public", "t"].columns["ts"], each) is False
