"""What rules about the form of a script claim, seen on a server: what fails, and what is left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from asked import edited, hits, of_group
from locking import run
from psycopg.pq import TransactionStatus
from shown import Example, each, shows

from schema_dsl.lint.rules import rules
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
    """A session, with what the examples are about made anew."""
    with contextlib.closing(database.connect()) as opened:
        opened.execute(SETUP.encode())
        yield opened


def exists(connection: Connection, table: str) -> bool:
    """Whether there is a table of that name."""
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return found == (True,)


class TestGood:
    """The good examples."""

    @pytest.mark.parametrize("text", [text for rule in of_group("script") for text in rule.good])
    def test_runs(self, session: Connection, text: str) -> None:
        """Postgres takes it."""
        run(session, text)

    @pytest.mark.parametrize("text", rules()["prefer-robust-stmts"].good)
    def test_runs_again(self, session: Connection, text: str) -> None:
        """It may be run again, and once more."""
        for _ in range(3):
            run(session, text)


class TestAgain:
    """Statements that cannot be run twice."""

    @shows(*each("prefer-robust-stmts", "require-robust-stmts"))
    def test_second_run_fails(self, session: Connection, example: Example) -> None:
        """The first run goes well, the second does not."""
        run(session, example.text)
        with pytest.raises((psycopg.errors.DuplicateObject, psycopg.errors.DuplicateTable)):
            run(session, example.text)

    @pytest.mark.parametrize(
        "text", [example.text for example in each("prefer-robust-stmts", "require-robust-stmts")]
    )
    def test_mended_runs_again(self, session: Connection, text: str) -> None:
        """What is proposed may be run twice."""
        found = hits(text, "require-robust-stmts")
        if any(hit.edits for hit in found):
            fixed = edited(text, found)
            run(session, fixed)
            run(session, fixed)

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
    def test_rare_ones(self, session: Connection, text: str) -> None:
        """The rule speaks of what fails the second time, and of no more; with what it proposes it does not."""
        session.execute(
            "BEGIN; CREATE SCHEMA app; CREATE PUBLICATION everything; CREATE DOMAIN public.cents AS integer;"
            "CREATE FOREIGN DATA WRAPPER nothing;"
            "CREATE SERVER there FOREIGN DATA WRAPPER nothing; CREATE VIEW public.numbers AS SELECT 1 AS one;"
            "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"
        )
        found = hits(text, "require-robust-stmts")
        assert 1 == len(found)
        session.execute("SAVEPOINT sound")
        session.execute(text)
        with pytest.raises(psycopg.Error):
            session.execute(text)
        session.execute("ROLLBACK TO sound")
        if found[0].edits:
            for _ in range(2):
                session.execute(edited(text, found))
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
    def test_guarded_ones(self, text: str) -> None:
        """Nothing is said of what is guarded, or dropped before."""
        assert [] == hits(text, "require-robust-stmts")

    def test_index_without_a_name(self, session: Connection) -> None:
        """It is made once more each time."""
        text = "CREATE INDEX ON public.orders (number);"
        run(session, text)
        run(session, text)
        count = session.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'").fetchone()
        assert (3,) == count


class TestTransactions:
    """BEGIN and COMMIT."""

    @shows(Example("transaction-nesting", 0), Example("transaction-nesting", 1))
    def test_nesting(self, session: Connection, example: Example) -> None:
        """Postgres only warns, and no transaction is left that somebody could still undo."""
        told: list[str | None] = []
        session.add_notice_handler(lambda each: told.append(each.severity))
        run(session, example.text)
        assert ["WARNING"] == told
        assert session.info.transaction_status == TransactionStatus.IDLE

    @shows(Example("transaction-nesting", 2))
    def test_savepoint(self, session: Connection, example: Example) -> None:
        """Postgres refuses it."""
        with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
            run(session, example.text)

    @shows(*each("ban-uncommitted-transaction"))
    def test_lost(self, database: Database, session: Connection, example: Example) -> None:
        """When the session has ended, nothing is there."""
        with contextlib.closing(database.connect()) as other:
            run(other, example.text)
            assert exists(other, "public.tags")
        assert not exists(session, "public.tags")

    @shows(*each("embedded-commit"))
    def test_embedded(self, session: Connection, example: Example) -> None:
        """What ran the file cannot undo it any more."""
        session.execute("BEGIN")
        run(session, example.text)
        session.execute("ROLLBACK")
        assert exists(session, "public.tags")


class TestNames:
    """Names."""

    @shows(*each("identifier-too-long"))
    def test_cut_off(self, session: Connection, example: Example) -> None:
        """The table has another name than was written."""
        run(session, example.text)
        query = "SELECT length(relname) FROM pg_class WHERE relname LIKE 'orders\\_of%' AND relkind = 'r'"
        assert (63,) == session.execute(query).fetchone()

    @shows(*each("ban-duplicate-column-assignments"))
    def test_twice(self, session: Connection, example: Example) -> None:
        """Postgres refuses it."""
        with pytest.raises((psycopg.errors.SyntaxError, psycopg.errors.DuplicateColumn)):
            run(session, example.text)

    @shows(*each("require-table-schema"))
    def test_elsewhere(self, session: Connection, example: Example) -> None:
        """With another search_path it is another table."""
        session.execute("DROP SCHEMA IF EXISTS elsewhere CASCADE; CREATE SCHEMA elsewhere")
        session.execute("SET search_path = elsewhere")
        run(session, example.text)
        assert exists(session, "elsewhere.tags")
        assert not exists(session, "public.tags")


class TestEarly:
    """What is used before it is there, and what is open before it is closed."""

    @shows(*each("enum-value-used-in-transaction"))
    def test_enum_in_a_transaction(self, session: Connection, example: Example) -> None:
        """Postgres refuses the value."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage):
            run(session, example.text)

    @shows(*each("enum-value-used-in-file"))
    def test_enum_in_a_file(self, session: Connection, example: Example) -> None:
        """Run as one transaction it fails, and statement by statement it does not."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage), session.transaction():
            run(session, example.text)
        run(session, example.text)

    @shows(*each("trigger-before-function"))
    def test_trigger(self, session: Connection, example: Example) -> None:
        """There is no such function."""
        with pytest.raises(psycopg.errors.UndefinedFunction):
            run(session, example.text)

    @shows(*each("create-then-revoke-window"))
    def test_window(self, database: Database, session: Connection, example: Example) -> None:
        """Between the two statements another session reads the table as anon; with both it sees no row."""
        session.execute("GRANT USAGE ON SCHEMA public TO anon")
        session.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon")
        create, close = Source.of(example.text).statements
        with contextlib.closing(database.connect()) as other:
            run(session, create.text)
            session.execute("INSERT INTO public.tags VALUES (1)")
            other.execute("SET ROLE anon")
            seen = [other.execute("SELECT count(*) FROM public.tags").fetchone()]
            run(session, close.text)
            seen.append(other.execute("SELECT count(*) FROM public.tags").fetchone())
        assert [(1,), (0,)] == seen
