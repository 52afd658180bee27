"""Every layout is read to its order and its forward SQL, and replays to its tables."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from layout_cases import NAMES, LayoutCase, list_forward_texts
from psycopg import sql

from schema_dsl.migrations import Migration, require_replayable
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.scripts.apply import apply_migration


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest) -> LayoutCase:
    """Each layout."""
    return LayoutCase.load(request.param)


def read_tables(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of the relations in the schema public."""
    found = connection.execute(
        "SELECT relname, array_agg(attname::text ORDER BY attnum)"
        " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') GROUP BY relname"
    )
    return dict(found.fetchall())


def read_rows(connection: Connection, table: str) -> list[list[Any]]:
    """Return the rows of a table in the order of its first column; NULL is an empty string, and a uuid a string."""
    found = connection.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table)))
    return [
        [value if isinstance(value, int) else str(value) if value is not None else "" for value in row]
        for row in found
    ]


def run_one_by_one(connection: Connection, migration: Migration) -> None:
    """Send the statements one by one, as the tool of the file does: in one transaction, or each in its own."""
    with connection.transaction() if migration.in_transaction else contextlib.nullcontext():
        for each in migration.statements:
            if each.rows is None:
                connection.execute(each.statement.text.encode())
                continue
            with connection.cursor().copy(each.statement.text.encode()) as copy:
                copy.write(each.rows)


class TestReading:
    """The reading of a folder."""

    def test_order(self, case: LayoutCase) -> None:
        """The migrations come in the order of their tool."""
        assert case.expected["order"] == [each.label for each in case.history.migrations]

    def test_files_that_are_not_replayed(self, case: LayoutCase) -> None:
        """Files that undo a migration, files without a number and replaced files are set apart and reported."""
        history, expected = case.history, case.expected
        assert expected.get("undoing", []) == [each.label for each in history.undoing]
        assert expected.get("others", []) == [each.name for each in history.others]
        assert expected.get("superseded", []) == [each.label for each in history.superseded]
        assert expected.get("notes", []) == list(history.notes)

    def test_forward_statements(self, case: LayoutCase) -> None:
        """The forward SQL consists of exactly these statements."""
        found = {each.label: list_forward_texts(each) for each in case.history.migrations}
        assert case.expected["forward"] == found

    def test_offsets(self, case: LayoutCase) -> None:
        """Blanks keep the length and the lines, and the offsets of a statement are offsets in the file."""
        for migration in case.history.migrations:
            content, forward = migration.content, migration.forward
            assert len(content) == len(forward)
            line_ends = [(at, each) for at, each in enumerate(content) if each in "\r\n"]
            assert line_ends == [(at, each) for at, each in enumerate(forward) if each in "\r\n"]
            for each in migration.statements:
                statement = each.statement
                assert statement.text == content[statement.start : statement.end]
                assert statement.line == content.count("\n", 0, statement.start) + 1

    def test_transactions(self, case: LayoutCase) -> None:
        """The files that the tool does not run in one transaction are these."""
        outside = [each.label for each in case.history.migrations if not each.in_transaction]
        assert case.expected.get("outside_transaction", []) == outside

    def test_all_can_be_replayed(self, case: LayoutCase) -> None:
        """Nothing in these files keeps a replay from running them."""
        require_replayable(case.history.migrations)


class TestReplay:
    """The effect of the forward SQL on a server."""

    def test_statement_by_statement(self, case: LayoutCase, empty: Database) -> None:
        """The forward statements produce the expected tables and rows."""
        with contextlib.closing(empty.connect()) as connection:
            for migration in case.history.migrations:
                run_one_by_one(connection, migration)
            assert case.expected["tables"] == read_tables(connection)
            for table, rows in case.expected.get("rows", {}).items():
                assert rows == read_rows(connection, table)

    def test_as_verify_applies_them(self, case: LayoutCase, empty: Database) -> None:
        """The replay of `generate` and `verify` produces the same tables and rows."""
        with contextlib.closing(empty.connect()) as connection:
            for migration in case.history.migrations:
                apply_migration(connection, migration)
            assert case.expected["tables"] == read_tables(connection)
            for table, rows in case.expected.get("rows", {}).items():
                assert rows == read_rows(connection, table)
