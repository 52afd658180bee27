"""Claims of rules about locks, checked on a server: lock mode, rewrite, scan and blocked sessions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import attrs
import psycopg
import pytest
from bad_examples import Example, all_bad_examples, parametrize_examples
from psycopg.pq import TransactionStatus
from rule_hits import apply_hits, find_hits, rules_of_group
from table_locks import (
    ACCESS_EXCLUSIVE,
    BLOCKING_WRITES,
    SECONDS,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    ObservedEffect,
    observe_script,
    run_concurrently,
    run_statements,
    strongest_locks,
)

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rules import rules_by_name
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
WITH_VIEW = """
CREATE MATERIALIZED VIEW public.totals AS SELECT id, total FROM public.orders;
CREATE UNIQUE INDEX totals_id_idx ON public.totals (id);
"""
WITH_PARTITION = "CREATE TABLE public.events_2022 (at date);"
# The locks of a session that writes.
WRITING = "BEGIN; LOCK TABLE public.orders, public.events IN ROW EXCLUSIVE MODE"


@attrs.frozen
class Claim(Example):
    """The expected effect of an example on a relation, after the last statement."""

    table: str
    seen: ObservedEffect
    before: str = ""


def all_of(rule: str, table: str, seen: ObservedEffect, before: str = "") -> list[Claim]:
    """Build the same claim for every bad example of a rule."""
    return [Claim(example.rule, example.number, table, seen, before) for example in all_bad_examples(rule)]


LOCKED = ObservedEffect(ACCESS_EXCLUSIVE)
READ = ObservedEffect(ACCESS_EXCLUSIVE, scans=1)
READ_TWICE = ObservedEffect(ACCESS_EXCLUSIVE, scans=2)
REWRITTEN = ObservedEffect(ACCESS_EXCLUSIVE, rewritten=True, scans=1)
CLAIMS = [
    *all_of("require-concurrent-index-creation", "orders", ObservedEffect(SHARE, scans=1)),
    *all_of("require-concurrent-index-deletion", "orders", LOCKED, WITH_INDEX),
    *all_of("require-concurrent-reindex", "orders", ObservedEffect(SHARE, scans=1), WITH_KEY),
    *all_of(
        "require-concurrent-reindex",
        "orders_pkey",
        ObservedEffect(ACCESS_EXCLUSIVE, rewritten=True),
        WITH_KEY,
    ),
    *all_of("require-concurrent-partition-detach", "events", LOCKED),
    *all_of("require-concurrent-partition-detach", "events_2020", LOCKED),
    *all_of("require-concurrent-partition-detach", "events_2021", ObservedEffect()),
    *all_of("attaching-partition", "events_2022", READ, WITH_PARTITION),
    *all_of("constraint-missing-not-valid", "orders", READ),
    Claim("adding-foreign-key-constraint", 0, "orders", ObservedEffect(SHARE_ROW_EXCLUSIVE, scans=1)),
    Claim("adding-foreign-key-constraint", 0, "customers", ObservedEffect(SHARE_ROW_EXCLUSIVE, scans=1)),
    Claim("adding-foreign-key-constraint", 1, "orders", READ),
    Claim("adding-foreign-key-constraint", 1, "shops", ObservedEffect(SHARE_ROW_EXCLUSIVE, scans=1)),
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
    *all_of("rewriting-table", "orders", REWRITTEN),
    *all_of("require-concurrent-refresh", "totals", REWRITTEN, WITH_VIEW),
]


@pytest.fixture
def tables(connection: Connection) -> Iterator[Connection]:
    """A session in a database with new tables for the examples."""
    connection.execute(SETUP.encode())
    yield connection
    connection.execute("ROLLBACK; RESET ALL")


class TestBad:
    """The effects of bad examples."""

    @parametrize_examples(*CLAIMS)
    def test_lock_scan_and_rewrite(self, tables: Connection, example: Claim) -> None:
        """The statement holds the lock, and has scanned or rewritten the table."""
        tables.execute(example.before.encode())
        *earlier, last = (each.text for each in Source.of(example.text).statements)
        text = example.text
        if any("CONCURRENTLY" in statement for statement in earlier):
            run_statements(tables, ";".join(earlier) + ";")
            text = last
        tables.execute("BEGIN")
        seen = observe_script(tables, text)[example.table]
        assert example.seen == seen

    @parametrize_examples(*all_bad_examples("cannot-run-in-transaction"))
    def test_refused(self, tables: Connection, example: Example) -> None:
        """Postgres refuses the statement in a transaction, also in that of a tool."""
        tool = tables.transaction() if Source.of(example.text).in_transaction else contextlib.nullcontext()
        refused = psycopg.errors.ActiveSqlTransaction, psycopg.errors.InvalidTransactionTermination
        with pytest.raises(refused), tool:
            run_statements(tables, example.text)

    @parametrize_examples(*all_bad_examples("adding-required-field"))
    def test_not_null_violation(self, tables: Connection, example: Example) -> None:
        """ADD COLUMN fails on a table with rows."""
        with pytest.raises(psycopg.errors.NotNullViolation):
            run_statements(tables, example.text)

    @parametrize_examples(*all_bad_examples("changing-all-rows"))
    def test_all_rows_locked(self, tables: Connection, database: Database, example: Example) -> None:
        """The changed rows stay locked until the end of the transaction."""
        tables.execute("BEGIN")
        run_statements(tables, example.text)
        with contextlib.closing(database.connect()) as other:
            for number in (1, 2):
                assert not runs_without_waiting(
                    other, f"SELECT FROM public.orders WHERE id = {number} FOR UPDATE"
                )

    @parametrize_examples(*all_bad_examples("batches-in-one-transaction"))
    def test_one_transaction(self, tables: Connection, example: Example) -> None:
        """All batches have one transaction; with COMMIT, each has its own."""
        query = "SELECT count(DISTINCT xmin::text) FROM public.orders"
        (good,) = rules_by_name()[example.rule].good
        for text, transactions in ((example.text, 1), (good, 2)):
            tables.execute("UPDATE public.orders SET total = 5")
            tables.execute(text.replace("LIMIT 1000", "LIMIT 1").encode())
            assert (transactions,) == tables.execute(query).fetchone()

    @parametrize_examples(*all_bad_examples("prefer-repack"))
    def test_repack(self, tables: Connection, database: Database, example: Example) -> None:
        """The statement waits for readers, blocks later readers, and rewrites the table."""
        query = "SELECT relfilenode FROM pg_class WHERE oid = 'public.orders'::regclass"
        tables.execute(WITH_KEY.encode())
        before = tables.execute(query).fetchone()
        tables.execute("BEGIN; SELECT FROM public.orders")
        with run_concurrently(database, example.text) as (watch, running):
            assert ACCESS_EXCLUSIVE == strongest_locks(watch)["orders"]
            assert not runs_without_waiting(watch, "SELECT FROM public.orders")
            tables.execute("COMMIT")
            running.result(SECONDS)
        assert tables.execute(query).fetchone() != before

    @parametrize_examples(*all_bad_examples("require-lock-timeout", "require-statement-timeout"))
    def test_queue(self, tables: Connection, database: Database, example: Example) -> None:
        """The statement waits for a reader without a limit, and blocks other readers meanwhile."""
        for name in ("lock_timeout", "statement_timeout"):
            assert ("0",) == tables.execute(f"SHOW {name}").fetchone()
        tables.execute("BEGIN; SELECT FROM public.orders")
        with run_concurrently(database, example.text) as (watch, running):
            assert ACCESS_EXCLUSIVE == strongest_locks(watch)["orders"]
            assert not runs_without_waiting(watch, "SELECT FROM public.orders")
            assert not running.done()
            tables.execute("COMMIT")
            running.result(SECONDS)


BOUND = "FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')"
WITHIN = "at >= '2022-01-01' AND at < '2023-01-01'"
DEFAULT = "CREATE TABLE public.rest PARTITION OF public.events DEFAULT;"
ATTACH = f"ALTER TABLE public.events ATTACH PARTITION public.events_2022 {BOUND};"
CREATE = f"CREATE TABLE public.events_2022 PARTITION OF public.events {BOUND};"


@pytest.mark.parametrize(
    ("before", "statement", "expected"),
    [
        (WITH_PARTITION, ATTACH, {"events_2022"}),
        (f"CREATE TABLE public.events_2022 (at date NOT NULL, CHECK ({WITHIN}));", ATTACH, set()),
        (f"CREATE TABLE public.events_2022 (at date, CHECK ({WITHIN}));", ATTACH, {"events_2022"}),
        (f"CREATE TABLE public.events_2022 (at date, CHECK (at IS NOT NULL AND {WITHIN}));", ATTACH, set()),
        (
            (
                "CREATE TABLE public.events_2022 (at date NOT NULL);"
                f"ALTER TABLE public.events_2022 ADD CHECK ({WITHIN}) NOT VALID;"
            ),
            ATTACH,
            {"events_2022"},
        ),
        (WITH_PARTITION, ATTACH.replace(BOUND, "DEFAULT"), {"events_2022"}),
        ("", CREATE, set()),
        (DEFAULT, CREATE, {"rest"}),
        (DEFAULT + WITH_PARTITION, ATTACH, {"rest", "events_2022"}),
        (f"{DEFAULT} ALTER TABLE public.rest ADD CHECK (NOT ({WITHIN}));", CREATE, set()),
        (f"{DEFAULT} ALTER TABLE public.rest ADD CHECK (at < '2022-01-01');", CREATE, set()),
        (DEFAULT, "ALTER TABLE public.events DETACH PARTITION public.events_2020;", set()),
    ],
)
def test_partitions(tables: Connection, before: str, statement: str, expected: set[str]) -> None:
    """The rule reports a new partition exactly if the server reads the rows of an existing table."""
    tables.execute(before.encode())
    found = apply_rules(
        [Source.of(SETUP.partition("public;\n")[2] + before, "1.sql"), Source.of(statement, "2.sql")],
        HistorySchema(),
        [rules_by_name()["attaching-partition"]],
    )
    messages = [located.hit.message for _, located in found]
    tables.execute("BEGIN")
    read = {name for name, effect in observe_script(tables, statement).items() if effect.scans}
    assert expected == read
    assert expected == {
        name for name in ("rest", "events_2022") if any(f" {name}," in each for each in messages)
    }


def runs_without_waiting(connection: Connection, query: str) -> bool:
    """Return whether a statement runs without waiting for a lock."""
    connection.execute("SET lock_timeout = '20ms'")
    try:
        connection.execute(query.encode())
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def prepare_objects(connection: Connection, rule: str, text: str) -> None:
    """Create or drop the objects that an example requires to exist, or not to exist."""
    if "REINDEX" in text:
        connection.execute(WITH_KEY.encode())
    if text.startswith("DROP INDEX"):
        connection.execute(WITH_INDEX.encode())
    if "REFRESH" in text:
        connection.execute(WITH_VIEW.encode())
    if rule == "adding-exclusion-constraint":
        connection.execute("DROP TABLE public.bookings")


class TestGood:
    """The effects of good examples, and of the edits for bad examples."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [(rule.name, text) for rule in rules_of_group("locks") for text in rule.good],
        ids=lambda value: value if "\n" not in value and " " not in value else "",
    )
    def test_blocks_no_client(self, tables: Connection, database: Database, name: str, text: str) -> None:
        """No statement scans or rewrites a table under a lock that blocks writes, nor waits with such a lock."""
        prepare_objects(tables, name, text)
        concurrent = name.startswith("require-concurrent-")
        existing = {table for (table,) in tables.execute("SELECT tablename FROM pg_tables").fetchall()}
        for statement in Source.of(text).statements:
            own = tables.info.transaction_status == TransactionStatus.IDLE
            alone = statement.kind == "vacuum_stmt" or {"CONCURRENTLY", "COMMIT;"} & {*statement.text.split()}
            if own and alone:
                tables.execute(WRITING)
                with run_concurrently(database, statement.text) as (watch, running):
                    assert BLOCKING_WRITES.isdisjoint(strongest_locks(watch).values())
                    assert runs_without_waiting(watch, WRITING)
                    watch.execute("ROLLBACK")
                    tables.execute("COMMIT")
                    running.result(SECONDS)
            elif statement.kind == "transaction_stmt":
                tables.execute(statement.text.encode())
            else:
                tables.execute("BEGIN" if own else "SELECT")
                for table, seen in observe_script(tables, statement.text).items():
                    if table in existing and seen.mode in BLOCKING_WRITES:
                        assert not concurrent
                        assert (False, 0) == (seen.rewritten, seen.scans)
                tables.execute("COMMIT" if own else "SELECT")

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("require-lock-timeout", psycopg.errors.LockNotAvailable),
            ("require-statement-timeout", psycopg.errors.QueryCanceled),
        ],
    )
    def test_gives_up(
        self, tables: Connection, database: Database, name: str, error: type[psycopg.Error]
    ) -> None:
        """The statement fails after the timeout, and other sessions can read the table."""
        (text,) = rules_by_name()[name].good
        short_timeouts = {
            "require-lock-timeout": ("'5s'", "'9ms'"),
            "require-statement-timeout": ("'5min'", "'9ms'"),
        }
        tables.execute("BEGIN; SELECT FROM public.orders")
        with run_concurrently(database, text.replace(*short_timeouts[name])) as (watch, running):
            with pytest.raises(error):
                running.result(SECONDS)
            assert runs_without_waiting(watch, "SELECT FROM public.orders")
        tables.execute("COMMIT")

    @pytest.mark.parametrize(
        ("name", "text"), [(rule.name, text) for rule in rules_of_group("locks") for text in rule.bad]
    )
    def test_edited_example_runs(self, tables: Connection, name: str, text: str) -> None:
        """Postgres accepts the edits that a rule proposes."""
        found = find_hits(text, name)
        if any(hit.edits for hit in found):
            tables.execute(WITH_KEY.encode())
            if text.startswith("DROP INDEX"):
                tables.execute(WITH_INDEX.encode())
            run_statements(tables, apply_hits(text, found))

    def test_validate_does_not_block_writes(self, tables: Connection) -> None:
        """VALIDATE CONSTRAINT alone takes a lock that blocks only other DDL."""
        tables.execute("ALTER TABLE public.orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID")
        tables.execute("BEGIN")
        seen = observe_script(tables, "ALTER TABLE public.orders VALIDATE CONSTRAINT c;")["orders"]
        assert ObservedEffect("ShareUpdateExclusiveLock", scans=1) == seen

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER TABLE public.orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;",
            "ALTER TABLE public.orders ADD COLUMN c timestamptz NOT NULL DEFAULT now();",
            "ALTER TABLE public.orders ADD COLUMN c bigint REFERENCES public.shops (id);",
            "ALTER TABLE public.orders ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES public.shops NOT VALID;",
        ],
    )
    def test_no_scan(self, tables: Connection, text: str) -> None:
        """Statements without a finding neither scan nor rewrite the table."""
        assert not any(
            find_hits(text, rule.name) for rule in rules_of_group("locks") if "timeout" not in rule.name
        )
        tables.execute("BEGIN")
        seen = observe_script(tables, text)["orders"]
        assert (False, 0) == (seen.rewritten, seen.scans)

    def test_proven_not_null(self, tables: Connection) -> None:
        """With a validated CHECK, SET NOT NULL does not scan the table."""
        tables.execute("ALTER TABLE public.orders ADD CONSTRAINT c CHECK (number IS NOT NULL AND total > 0)")
        tables.execute("BEGIN")
        assert (
            LOCKED == observe_script(tables, "ALTER TABLE public.orders ALTER number SET NOT NULL;")["orders"]
        )


class TestRewrites:
    """Commands that rewrite a table only if they change something."""

    @pytest.mark.parametrize(
        "command",
        [
            "SET LOGGED",
            "SET UNLOGGED",
            "SET ACCESS METHOD heap",
            "SET ACCESS METHOD DEFAULT",
        ],
    )
    @pytest.mark.parametrize("created", ["TABLE", "UNLOGGED TABLE"])
    def test_no_change(self, connection: Connection, created: str, command: str) -> None:
        """A command is reported if and only if Postgres rewrites the table."""
        texts = f"CREATE {created} public.parcels (id int);", f"ALTER TABLE public.parcels {command};"
        query = "SELECT pg_relation_filenode('public.parcels')"
        rule = rules_by_name()["rewriting-table"]
        found = apply_rules([Source.of(each) for each in texts], HistorySchema(), [rule])
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS public; BEGIN; {texts[0]}".encode())
        before = connection.execute(query).fetchone()
        connection.execute(texts[1].encode())
        after = connection.execute(query).fetchone()
        connection.execute("ROLLBACK")
        assert (before != after) == bool(found)
