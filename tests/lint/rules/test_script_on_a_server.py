"""Rules of the group script on a server: statements that fail, and the state after them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from bad_examples import Example, all_bad_examples, parametrize_examples
from psycopg.pq import TransactionStatus
from rule_hits import apply_hits, find_hits, rules_of_group
from table_locks import run_statements

from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, Database

SETUP = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE TABLE public.orders (id bigint PRIMARY KEY, number bigint, total bigint);
CREATE TYPE public.mood AS ENUM ('glad');
"""


@pytest.fixture
def session(database: Database) -> Iterator[Connection]:
    """A connection to a database with a new schema public for the examples."""
    with contextlib.closing(database.connect()) as opened:
        opened.execute(SETUP.encode())
        yield opened


def exists(connection: Connection, table: str) -> bool:
    """Return whether a table of that name exists."""
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return found == (True,)


class TestGood:
    """Good examples."""

    @pytest.mark.parametrize("text", [text for rule in rules_of_group("script") for text in rule.good])
    def test_runs(self, session: Connection, text: str) -> None:
        """Postgres takes it."""
        run_statements(session, text)

    @pytest.mark.parametrize("text", rules_by_name()["prefer-robust-stmts"].good)
    def test_rerun(self, session: Connection, text: str) -> None:
        """The example can be re-run several times."""
        for _ in range(3):
            run_statements(session, text)


class TestRerun:
    """Statements that fail on a second run."""

    @parametrize_examples(*all_bad_examples("prefer-robust-stmts", "require-robust-stmts"))
    def test_second_run_fails(self, session: Connection, example: Example) -> None:
        """The first run succeeds, the second fails."""
        run_statements(session, example.text)
        with pytest.raises((psycopg.errors.DuplicateObject, psycopg.errors.DuplicateTable)):
            run_statements(session, example.text)

    @pytest.mark.parametrize(
        "text", [example.text for example in all_bad_examples("prefer-robust-stmts", "require-robust-stmts")]
    )
    def test_edited_example(self, session: Connection, text: str) -> None:
        """The edited example can be run twice."""
        found = find_hits(text, "require-robust-stmts")
        if any(hit.edits for hit in found):
            fixed = apply_hits(text, found)
            run_statements(session, fixed)
            run_statements(session, fixed)

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE AGGREGATE public.longest (integer) (SFUNC = int4larger, STYPE = integer)",
            "CREATE COLLATION public.plain (provider = libc, locale = 'C')",
            "CREATE OPERATOR public.=# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)",
            "CREATE TYPE public.later",
            "CREATE TEXT SEARCH CONFIGURATION public.plain (COPY = pg_catalog.simple)",
            "CREATE TEXT SEARCH DICTIONARY public.plain (TEMPLATE = pg_catalog.simple)",
            "CREATE RULE keep AS ON DELETE TO public.orders DO INSTEAD NOTHING",
            "CREATE PUBLICATION orders_only FOR TABLE public.orders",
            "ALTER PUBLICATION everything ADD TABLE public.orders",
            "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.watch()",
            "ALTER DOMAIN public.cents ADD CONSTRAINT cents_positive CHECK (VALUE > 0)",
            "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing",
            "CREATE USER MAPPING FOR CURRENT_USER SERVER there",
            "CREATE CAST (public.mood AS boolean) WITH INOUT",
            "ALTER TABLE public.orders SET SCHEMA app",
            "ALTER VIEW public.numbers SET SCHEMA app",
        ],
    )
    def test_rare_statements(self, session: Connection, text: str) -> None:
        """The rule reports a rare statement that fails on a second run. After the edit it does not fail."""
        session.execute(
            "BEGIN; CREATE SCHEMA app; CREATE PUBLICATION everything; CREATE DOMAIN public.cents AS integer;"
            "CREATE FOREIGN DATA WRAPPER nothing;"
            "CREATE SERVER there FOREIGN DATA WRAPPER nothing; CREATE VIEW public.numbers AS SELECT 1 AS one;"
            "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"
        )
        found = find_hits(text, "require-robust-stmts")
        assert 1 == len(found)
        session.execute("SAVEPOINT sound")
        session.execute(text)
        with pytest.raises(psycopg.Error):
            session.execute(text)
        session.execute("ROLLBACK TO sound")
        if found[0].edits:
            for _ in range(2):
                session.execute(apply_hits(text, found))
        session.execute("ROLLBACK")

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER INDEX IF EXISTS public.no_such_idx RENAME TO other_idx",
            "ALTER PUBLICATION p DROP TABLE public.orders;\nALTER PUBLICATION p ADD TABLE public.orders",
            "DROP EVENT TRIGGER IF EXISTS w;\nCREATE EVENT TRIGGER w ON sql_drop EXECUTE FUNCTION public.w()",
            "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c;\nALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)",
            "CREATE OR REPLACE AGGREGATE public.longest (integer) (SFUNC = int4larger, STYPE = integer)",
            "CREATE OR REPLACE RULE keep AS ON DELETE TO public.orders DO INSTEAD NOTHING",
            "ALTER PUBLICATION everything SET TABLE public.orders",
            "ALTER TABLE IF EXISTS public.no_such_table SET SCHEMA app",
        ],
    )
    def test_guarded_statements(self, text: str) -> None:
        """The rule ignores guarded statements, and statements after a DROP."""
        assert [] == find_hits(text, "require-robust-stmts")

    def test_index_without_a_name(self, session: Connection) -> None:
        """Every run creates another index."""
        text = "CREATE INDEX ON public.orders (number);"
        run_statements(session, text)
        run_statements(session, text)
        count = session.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'").fetchone()
        assert (3,) == count


class TestTransactions:
    """BEGIN and COMMIT."""

    @parametrize_examples(Example("transaction-nesting", 0), Example("transaction-nesting", 1))
    def test_nesting(self, session: Connection, example: Example) -> None:
        """Postgres only warns, and no transaction is open afterwards."""
        severities: list[str | None] = []
        session.add_notice_handler(lambda each: severities.append(each.severity))
        run_statements(session, example.text)
        assert ["WARNING"] == severities
        assert session.info.transaction_status == TransactionStatus.IDLE

    @parametrize_examples(Example("transaction-nesting", 2))
    def test_savepoint(self, session: Connection, example: Example) -> None:
        """Postgres refuses it."""
        with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
            run_statements(session, example.text)

    @parametrize_examples(Example("transaction-nesting", 3))
    def test_unknown_savepoint(self, session: Connection, example: Example) -> None:
        """Postgres refuses a savepoint that has been released."""
        with pytest.raises(psycopg.errors.InvalidSavepointSpecification):
            run_statements(session, example.text)
        session.rollback()

    @parametrize_examples(Example("transaction-nesting", 4))
    def test_prepared(self, session: Connection, example: Example) -> None:
        """Postgres refuses it by default, and the transaction of the tool is lost."""
        session.execute("BEGIN")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            run_statements(session, example.text)
        session.execute("COMMIT")
        assert not exists(session, "public.tags")

    @parametrize_examples(*all_bad_examples("requires-transaction"))
    def test_needed(self, session: Connection, example: Example) -> None:
        """Postgres refuses it outside a transaction block."""
        with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
            run_statements(session, example.text)

    @parametrize_examples(*all_bad_examples("ban-uncommitted-transaction"))
    def test_lost(self, database: Database, session: Connection, example: Example) -> None:
        """The table does not exist after the end of the session."""
        with contextlib.closing(database.connect()) as other:
            run_statements(other, example.text)
            assert exists(other, "public.tags")
        assert not exists(session, "public.tags")

    @parametrize_examples(*all_bad_examples("embedded-commit"))
    def test_embedded(self, session: Connection, example: Example) -> None:
        """The tool that runs the file cannot roll it back."""
        session.execute("BEGIN")
        run_statements(session, example.text)
        session.execute("ROLLBACK")
        assert exists(session, "public.tags")


class TestNames:
    """Long names, repeated columns, and names without a schema."""

    @parametrize_examples(*all_bad_examples("identifier-too-long"))
    def test_cut_off(self, session: Connection, example: Example) -> None:
        """Postgres truncates the name of the table."""
        run_statements(session, example.text)
        query = "SELECT length(relname) FROM pg_class WHERE relname LIKE 'orders\\_of%' AND relkind = 'r'"
        assert (63,) == session.execute(query).fetchone()

    @parametrize_examples(*all_bad_examples("ban-duplicate-column-assignments"))
    def test_twice(self, session: Connection, example: Example) -> None:
        """Postgres refuses it."""
        with pytest.raises((psycopg.errors.SyntaxError, psycopg.errors.DuplicateColumn)):
            run_statements(session, example.text)

    @parametrize_examples(*all_bad_examples("require-table-schema"))
    def test_elsewhere(self, session: Connection, example: Example) -> None:
        """A different search_path creates a different table."""
        session.execute("DROP SCHEMA IF EXISTS elsewhere CASCADE; CREATE SCHEMA elsewhere")
        session.execute("SET search_path = elsewhere")
        run_statements(session, example.text)
        assert exists(session, "elsewhere.tags")
        assert not exists(session, "public.tags")


class TestEarly:
    """Objects that are used too early, and tables that are protected too late."""

    @parametrize_examples(*all_bad_examples("enum-value-used-in-transaction"))
    def test_enum_in_a_transaction(self, session: Connection, example: Example) -> None:
        """Postgres rejects the new value."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage):
            run_statements(session, example.text)

    @parametrize_examples(*all_bad_examples("enum-value-used-in-file"))
    def test_enum_in_a_file(self, session: Connection, example: Example) -> None:
        """The example fails as one transaction, and succeeds statement by statement."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage), session.transaction():
            run_statements(session, example.text)
        run_statements(session, example.text)

    @parametrize_examples(*all_bad_examples("trigger-before-function"))
    def test_trigger(self, session: Connection, example: Example) -> None:
        """The function does not exist yet."""
        with pytest.raises(psycopg.errors.UndefinedFunction):
            run_statements(session, example.text)

    @parametrize_examples(*all_bad_examples("create-then-revoke-window"))
    def test_window(self, database: Database, session: Connection, example: Example) -> None:
        """Another session reads the table as anon between the two statements, and no row after them."""
        session.execute("GRANT USAGE ON SCHEMA public TO anon")
        session.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon")
        create, close = Source.of(example.text).statements
        with contextlib.closing(database.connect()) as other:
            run_statements(session, create.text)
            session.execute("INSERT INTO public.tags VALUES (1)")
            other.execute("SET ROLE anon")
            seen = [other.execute("SELECT count(*) FROM public.tags").fetchone()]
            run_statements(session, close.text)
            seen.append(other.execute("SELECT count(*) FROM public.tags").fetchone())
        assert [(1,), (0,)] == seen
