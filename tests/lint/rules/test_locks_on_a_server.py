"""What rules about locks claim, seen on a server: the lock, the rewrite, the rows that are read, who waits."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import psycopg
import pytest
from asked import edited, hits, of_group
from locking import (
    ACCESS_EXCLUSIVE,
    SECONDS,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    STOP_WRITES,
    Seen,
    beside,
    held,
    look,
    run,
)
from psycopg.pq import TransactionStatus
from shown import Example, each, shows

from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, Database

SETUP = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE TABLE public.customers (id bigint PRIMARY KEY);
CREATE TABLE public.shops (id bigint PRIMARY KEY);
INSERT INTO public.customers VALUES (1);
INSERT INTO public.shops VALUES (1);
CREATE TABLE public.orders (id integer NOT NULL, number text, total integer, note varchar(80), customer_id bigint);
INSERT INTO public.orders VALUES (1, 'a', 5, 'x', 1), (2, 'b', 6, 'y', 1);
CREATE TABLE public.bookings (id bigint, during tstzrange);
CREATE TABLE public.events (at date) PARTITION BY RANGE (at);
CREATE TABLE public.events_2020 PARTITION OF public.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.events_2021 PARTITION OF public.events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
"""
WITH_KEY = "CREATE UNIQUE INDEX orders_pkey ON public.orders (id);"
WITH_INDEX = "CREATE INDEX orders_customer_idx ON public.orders (customer_id);"
# The locks of somebody who writes.
WRITING = "BEGIN; LOCK TABLE public.orders, public.events IN ROW EXCLUSIVE MODE"


@attrs.frozen
class Claim(Example):
    """What an example has done to a relation when its last statement is done."""

    table: str
    seen: Seen
    before: str = ""


def all_of(rule: str, table: str, seen: Seen, before: str = "") -> list[Claim]:
    """Claim the same of every example of a rule."""
    return [Claim(example.rule, example.number, table, seen, before) for example in each(rule)]


LOCKED = Seen(ACCESS_EXCLUSIVE)
READ = Seen(ACCESS_EXCLUSIVE, scans=1)
READ_TWICE = Seen(ACCESS_EXCLUSIVE, scans=2)
REWRITTEN = Seen(ACCESS_EXCLUSIVE, rewritten=True, scans=1)
CLAIMS = [
    *all_of("require-concurrent-index-creation", "orders", Seen(SHARE, scans=1)),
    *all_of("require-concurrent-index-deletion", "orders", LOCKED, WITH_INDEX),
    *all_of("require-concurrent-reindex", "orders", Seen(SHARE, scans=1), WITH_KEY),
    *all_of("require-concurrent-reindex", "orders_pkey", Seen(ACCESS_EXCLUSIVE, rewritten=True), WITH_KEY),
    *all_of("require-concurrent-partition-detach", "events", LOCKED),
    *all_of("require-concurrent-partition-detach", "events_2020", LOCKED),
    *all_of("require-concurrent-partition-detach", "events_2021", Seen()),
    *all_of("constraint-missing-not-valid", "orders", READ),
    Claim("adding-foreign-key-constraint", 0, "orders", Seen(SHARE_ROW_EXCLUSIVE, scans=1)),
    Claim("adding-foreign-key-constraint", 0, "customers", Seen(SHARE_ROW_EXCLUSIVE, scans=1)),
    Claim("adding-foreign-key-constraint", 1, "orders", READ),
    Claim("adding-foreign-key-constraint", 1, "shops", Seen(SHARE_ROW_EXCLUSIVE, scans=1)),
    *all_of("adding-not-nullable-field", "orders", READ),
    *all_of("adding-field-with-default", "orders", REWRITTEN),
    *all_of("adding-primary-key-constraint", "orders", READ),
    *all_of("adding-unique-constraint", "orders", READ),
    *all_of("adding-exclusion-constraint", "bookings", READ_TWICE),
    *all_of("changing-column-type", "orders", REWRITTEN),
    *all_of("combine-table-scans", "orders", READ_TWICE),
    *all_of("access-exclusive-held", "orders", READ),
    *all_of("validated-in-same-transaction", "orders", READ),
    *all_of("primary-key-index-nullable", "orders", READ),
]


@pytest.fixture
def made(connection: Connection) -> Iterator[Connection]:
    """The tables that the examples are about, made anew."""
    connection.execute(SETUP.encode())
    yield connection
    connection.execute("ROLLBACK; RESET ALL")


class TestBad:
    """The bad examples."""

    @shows(*CLAIMS)
    def test_lock_and_work(self, made: Connection, example: Claim) -> None:
        """The lock is held behind it, and the table was read or written anew."""
        made.execute(example.before.encode())
        *earlier, last = (each.text for each in Source.of(example.text).statements)
        text = example.text
        if any("CONCURRENTLY" in statement for statement in earlier):
            run(made, ";".join(earlier) + ";")
            text = last
        made.execute("BEGIN")
        seen = look(made, text)[example.table]
        assert example.seen == seen

    @shows(*each("cannot-run-in-transaction"))
    def test_refused(self, made: Connection, example: Example) -> None:
        """Postgres refuses it there."""
        with pytest.raises(psycopg.errors.ActiveSqlTransaction):
            run(made, example.text)

    @shows(*each("adding-required-field"))
    def test_no_value(self, made: Connection, example: Example) -> None:
        """A table with rows refuses the column."""
        with pytest.raises(psycopg.errors.NotNullViolation):
            run(made, example.text)

    @shows(*each("prefer-repack"))
    def test_repack(self, made: Connection, database: Database, example: Example) -> None:
        """It waits until nobody reads the table any more, keeps out who comes later, and writes the table anew."""
        query = "SELECT relfilenode FROM pg_class WHERE oid = 'public.orders'::regclass"
        made.execute(WITH_KEY.encode())
        before = made.execute(query).fetchone()
        made.execute("BEGIN; SELECT FROM public.orders")
        with beside(database, example.text) as (watch, running):
            assert ACCESS_EXCLUSIVE == held(watch)["orders"]
            assert not may(watch, "SELECT FROM public.orders")
            made.execute("COMMIT")
            running.result(SECONDS)
        assert made.execute(query).fetchone() != before

    @shows(*each("require-lock-timeout", "require-statement-timeout"))
    def test_queue(self, made: Connection, database: Database, example: Example) -> None:
        """It waits for somebody who reads, with no end set, and keeps out others who only want to read."""
        for name in ("lock_timeout", "statement_timeout"):
            assert ("0",) == made.execute(f"SHOW {name}").fetchone()
        made.execute("BEGIN; SELECT FROM public.orders")
        with beside(database, example.text) as (watch, running):
            assert ACCESS_EXCLUSIVE == held(watch)["orders"]
            assert not may(watch, "SELECT FROM public.orders")
            assert not running.done()
            made.execute("COMMIT")
            running.result(SECONDS)


def may(connection: Connection, query: str) -> bool:
    """Say whether a statement need not wait for a lock."""
    connection.execute("SET lock_timeout = '20ms'")
    try:
        connection.execute(query.encode())
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def ready(connection: Connection, rule: str, text: str) -> None:
    """Make, or drop, what an example takes to be there, or not."""
    if "REINDEX" in text:
        connection.execute(WITH_KEY.encode())
    if text.startswith("DROP INDEX"):
        connection.execute(WITH_INDEX.encode())
    if rule == "adding-exclusion-constraint":
        connection.execute("DROP TABLE public.bookings")


class TestGood:
    """The good examples, and what is proposed for the bad ones."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [(rule.name, text) for rule in of_group("locks") for text in rule.good],
        ids=lambda value: value if "\n" not in value and " " not in value else "",
    )
    def test_lets_others_work(self, made: Connection, database: Database, name: str, text: str) -> None:
        """No statement reads or rewrites a table while it keeps out who writes to it, nor waits with such a lock."""
        ready(made, name, text)
        concurrent = name.startswith("require-concurrent-")
        there = {table for (table,) in made.execute("SELECT tablename FROM pg_tables").fetchall()}
        for statement in Source.of(text).statements:
            own = made.info.transaction_status == TransactionStatus.IDLE
            if own and (statement.kind == "vacuum_stmt" or "CONCURRENTLY" in statement.text):
                made.execute(WRITING)
                with beside(database, statement.text) as (watch, running):
                    assert STOP_WRITES.isdisjoint(held(watch).values())
                    assert may(watch, WRITING)
                    watch.execute("ROLLBACK")
                    made.execute("COMMIT")
                    running.result(SECONDS)
            elif statement.kind == "transaction_stmt":
                made.execute(statement.text.encode())
            else:
                made.execute("BEGIN" if own else "SELECT")
                for table, seen in look(made, statement.text).items():
                    if table in there and seen.mode in STOP_WRITES:
                        assert not concurrent
                        assert (False, 0) == (seen.rewritten, seen.scans)
                made.execute("COMMIT" if own else "SELECT")

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("require-lock-timeout", psycopg.errors.LockNotAvailable),
            ("require-statement-timeout", psycopg.errors.QueryCanceled),
        ],
    )
    def test_gives_up(
        self, made: Connection, database: Database, name: str, error: type[psycopg.Error]
    ) -> None:
        """With the timeout it waits no longer than that, and others read again."""
        (text,) = rules()[name].good
        soon = {"require-lock-timeout": ("'5s'", "'9ms'"), "require-statement-timeout": ("'5min'", "'9ms'")}
        made.execute("BEGIN; SELECT FROM public.orders")
        with beside(database, text.replace(*soon[name])) as (watch, running):
            with pytest.raises(error):
                running.result(SECONDS)
            assert may(watch, "SELECT FROM public.orders")
        made.execute("COMMIT")

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
        made.execute("BEGIN")
        seen = look(made, "ALTER TABLE public.orders VALIDATE CONSTRAINT c;")["orders"]
        assert Seen("ShareUpdateExclusiveLock", scans=1) == seen

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
        made.execute("BEGIN")
        seen = look(made, text)["orders"]
        assert (False, 0) == (seen.rewritten, seen.scans)

    def test_proven_not_null(self, made: Connection) -> None:
        """With a validated CHECK, SET NOT NULL reads no row."""
        made.execute("ALTER TABLE public.orders ADD CONSTRAINT c CHECK (number IS NOT NULL AND total > 0)")
        made.execute("BEGIN")
        assert LOCKED == look(made, "ALTER TABLE public.orders ALTER number SET NOT NULL;")["orders"]
