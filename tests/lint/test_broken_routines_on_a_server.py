"""The routines that a later migration breaks are those that fail on a server when they are called."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.postgres import Server, provider

HERE = Path(__file__).parent / "broken"
TABLES, ROUTINES, STATEMENTS = (
    (HERE / f"{name}.sql").read_text("utf-8") for name in ("tables", "routines", "statements")
)
CALLS = {
    "hours_of": "hours_of(1)",
    "finish": "finish(1)",
    "count_state": "count_state('todo')",
    "helper": "helper(1)",
}


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Start Postgres 18, whatever version the other tests use."""
    with provider("embedded").start() as server:
        yield server


def find_failing(server: Server, statement: str) -> set[str]:
    """Return the functions that fail after a statement, each called in a session of its own."""
    failing = set()
    with server.database() as database:
        with contextlib.closing(database.connect()) as connection:
            connection.execute(f"{TABLES}{ROUTINES}{statement}".encode())
        for name in re.findall(r"FUNCTION (\w+)", ROUTINES):
            with contextlib.closing(database.connect(autocommit=False)) as connection:
                try:
                    connection.execute(f"SELECT {CALLS.get(name, f'{name}()')}".encode())
                except psycopg.Error:
                    failing.add(name)
    return failing


class TestBrokenRoutines:
    """A statement of a third file, after the tables of the first and the routines of the second."""

    @pytest.mark.parametrize("statement", STATEMENTS.splitlines())
    def test_reported(self, newest: Server, statement: str) -> None:
        """Lint names at the statement exactly the functions that exist and fail after it."""
        schema = HistorySchema()
        schema.fully_known_schemas.add("public")
        texts = {"001.sql": TABLES, "002.sql": ROUTINES, "003.sql": statement}
        found = check_history([Source.of(text, name) for name, text in texts.items()], schema)
        assert {(Level.ERROR, "003.sql")} >= {(each.level, each.file) for each in found}
        broken = {match[1] for each in found if (match := re.match(r"this breaks (\w+)", each.message))}
        changed = {"helper"} if "FUNCTION helper" in statement else set()
        assert find_failing(newest, statement) - changed == broken
