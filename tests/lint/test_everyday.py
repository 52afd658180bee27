"""Histories in the styles of common tools: lint reports exactly the errors of a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Server, provider

FILES = sorted((Path(__file__).parent / "everyday").glob("*.sql"))
MARK = "refused"


def read_statements(file: Path) -> list[tuple[Statement, bool]]:
    """Read the statements of a history, each with whether it is marked as refused."""
    statements = Source.read(file).statements
    return [(each, any(MARK in comment for comment in each.comments)) for each in statements]


def count_findings(accepted: str, statement: str = "") -> int:
    """Count the findings in a statement after the accepted ones, or in the accepted ones."""
    schema = HistorySchema()
    schema.fully_known_schemas.add("public")
    found = check_history([Source.of(accepted + statement)], schema)
    return sum(not statement or finding.line > accepted.count("\n") for finding in found)


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Start Postgres 18, whatever version the other tests use."""
    with provider("embedded").start() as server:
        yield server


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestEveryday:
    """Histories with refused statements between others."""

    def test_marks(self, newest: Server, file: Path) -> None:
        """The server refuses exactly the marked statements."""
        wrong = []
        with (
            newest.database() as database,
            contextlib.closing(database.connect(autocommit=True)) as connection,
        ):
            for statement, marked in read_statements(file):
                try:
                    connection.execute(statement.text.encode())
                except psycopg.Error as error:
                    wrong += [] if marked else [(statement.text, str(error))]
                else:
                    wrong += [(statement.text, "accepted")] if marked else []
        assert [] == wrong

    def test_findings(self, file: Path) -> None:
        """Lint has a finding in each marked statement, and none in the history of the others."""
        accepted, missed = "", []
        for statement, marked in read_statements(file):
            text = f"{statement.text};\n"
            if not marked:
                accepted += text
            elif not count_findings(accepted, text):
                missed.append(statement.text)
        assert ([], 0) == (missed, count_findings(accepted))
