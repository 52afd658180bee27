"""What rules about the form of a script claim, seen on a server: what fails, and what is left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from asked import edited, hits, of_group

from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, Database, provider

SETUP = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE TABLE public.orders (id bigint PRIMARY KEY, number bigint, total bigint);
CREATE TYPE public.mood AS ENUM ('glad');
"""


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A fresh database."""
    with provider("embedded").start() as server, server.database() as fresh:
        with contextlib.closing(fresh.connect()) as connection:
            connection.execute("CREATE ROLE anon; CREATE ROLE authenticated")
        yield fresh


@pytest.fixture
def session(database: Database) -> Iterator[Connection]:
    """A session, with what the examples are about made anew."""
    with contextlib.closing(database.connect()) as opened:
        opened.execute(SETUP.encode())
        yield opened


def run(connection: Connection, text: str) -> None:
    """Run a script as psql does, statement by statement."""
    for statement in Source.of(text).statements:
        connection.execute(statement.text.encode())


def exists(connection: Connection, table: str) -> bool:
    """Whether there is a table of that name."""
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return found == (True,)


def bad(*names: str) -> list[str]:
    """Give the bad examples of rules."""
    return [text for name in names for text in rules()[name].bad]


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

    @pytest.mark.parametrize("text", bad("prefer-robust-stmts", "require-robust-stmts"))
    def test_second_run_fails(self, session: Connection, text: str) -> None:
        """The first run goes well, the second does not."""
        run(session, text)
        with pytest.raises((psycopg.errors.DuplicateObject, psycopg.errors.DuplicateTable)):
            run(session, text)

    @pytest.mark.parametrize("text", bad("prefer-robust-stmts", "require-robust-stmts"))
    def test_mended_runs_again(self, session: Connection, text: str) -> None:
        """What is proposed may be run twice."""
        found = hits(text, "require-robust-stmts")
        if any(hit.edits for hit in found):
            fixed = edited(text, found)
            run(session, fixed)
            run(session, fixed)

    def test_index_without_a_name(self, session: Connection) -> None:
        """It is made once more each time."""
        text = "CREATE INDEX ON public.orders (number);"
        run(session, text)
        run(session, text)
        count = session.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'").fetchone()
        assert (3,) == count


class TestTransactions:
    """BEGIN and COMMIT."""

    @pytest.mark.parametrize("text", bad("transaction-nesting"))
    def test_nesting(self, session: Connection, text: str) -> None:
        """Postgres warns, or refuses."""
        told: list[str | None] = []
        session.add_notice_handler(lambda each: told.append(each.severity))
        with contextlib.suppress(psycopg.errors.NoActiveSqlTransaction):
            run(session, text)
            assert ["WARNING"] == told

    @pytest.mark.parametrize("text", bad("ban-uncommitted-transaction"))
    def test_lost(self, database: Database, session: Connection, text: str) -> None:
        """When the session has ended, nothing is there."""
        with contextlib.closing(database.connect()) as other:
            run(other, text)
            assert exists(other, "public.tags")
        assert not exists(session, "public.tags")

    @pytest.mark.parametrize("text", bad("embedded-commit"))
    def test_embedded(self, session: Connection, text: str) -> None:
        """What ran the file cannot undo it any more."""
        session.execute("BEGIN")
        run(session, text)
        session.execute("ROLLBACK")
        assert exists(session, "public.tags")


class TestNames:
    """Names."""

    @pytest.mark.parametrize("text", bad("identifier-too-long"))
    def test_cut_off(self, session: Connection, text: str) -> None:
        """The table has another name than was written."""
        run(session, text)
        query = "SELECT length(relname) FROM pg_class WHERE relname LIKE 'orders\\_of%' AND relkind = 'r'"
        assert (63,) == session.execute(query).fetchone()

    @pytest.mark.parametrize("text", bad("ban-duplicate-column-assignments"))
    def test_twice(self, session: Connection, text: str) -> None:
        """Postgres refuses it."""
        with pytest.raises((psycopg.errors.SyntaxError, psycopg.errors.DuplicateColumn)):
            run(session, text)

    @pytest.mark.parametrize("text", bad("require-table-schema"))
    def test_elsewhere(self, session: Connection, text: str) -> None:
        """With another search_path it is another table."""
        session.execute("DROP SCHEMA IF EXISTS elsewhere CASCADE; CREATE SCHEMA elsewhere")
        session.execute("SET search_path = elsewhere")
        run(session, text)
        assert exists(session, "elsewhere.tags")
        assert not exists(session, "public.tags")


class TestEarly:
    """What is used before it is there, and what is open before it is closed."""

    @pytest.mark.parametrize("text", bad("enum-value-used-in-transaction"))
    def test_enum_in_a_transaction(self, session: Connection, text: str) -> None:
        """Postgres refuses the value."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage):
            run(session, text)

    @pytest.mark.parametrize("text", bad("enum-value-used-in-file"))
    def test_enum_in_a_file(self, session: Connection, text: str) -> None:
        """Run as one transaction it fails, and statement by statement it does not."""
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage), session.transaction():
            run(session, text)
        run(session, text)

    @pytest.mark.parametrize("text", bad("trigger-before-function"))
    def test_trigger(self, session: Connection, text: str) -> None:
        """There is no such function."""
        with pytest.raises(psycopg.errors.UndefinedFunction):
            run(session, text)

    @pytest.mark.parametrize("text", bad("create-then-revoke-window"))
    def test_window(self, database: Database, session: Connection, text: str) -> None:
        """Between the two statements another session reads the table as anon; with both it sees no row."""
        session.execute("GRANT USAGE ON SCHEMA public TO anon")
        session.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon")
        create, close = Source.of(text).statements
        with contextlib.closing(database.connect()) as other:
            run(session, create.text)
            session.execute("INSERT INTO public.tags VALUES (1)")
            other.execute("SET ROLE anon")
            seen = [other.execute("SELECT count(*) FROM public.tags").fetchone()]
            run(session, close.text)
            seen.append(other.execute("SELECT count(*) FROM public.tags").fetchone())
        assert [(1,), (0,)] == seen
