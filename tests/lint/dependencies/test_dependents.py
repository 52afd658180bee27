"""Compare what lint says about the dependents of a dropped object with a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.postgres import Connection, provider

HERE = Path(__file__).parent
SETUP = (HERE / "setup.sql").read_text("utf-8")
MARK = " -- refused"


def read_lines() -> list[str]:
    """Read the statements, without the titles of their groups."""
    text = (HERE / "statements.sql").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("-- ")]


def find_errors(line: str) -> list[Finding]:
    """Return the findings in a line after the setup, as a history that starts from an empty database."""
    schema = Schema()
    schema.fully_known_schemas.add("public")
    text = SETUP + line
    return [each for each in check_history([Source.of(text)], schema) if each.line > SETUP.count("\n")]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Start Postgres 18 with the objects of the setup."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect(autocommit=False)) as connected,
    ):
        connected.execute(SETUP.encode())
        connected.commit()
        yield connected


def judge(connection: Connection, line: str) -> str:
    """Return the mark that a line deserves: whether the server refuses it because of other objects; roll back."""
    try:
        connection.execute(line.encode())
    except psycopg.Error as error:
        return MARK if error.sqlstate in {"2BP01", "0A000"} else str(error)
    else:
        return ""
    finally:
        connection.rollback()


class TestDependents:
    """Statements that drop or retype an object, after a schema with dependents of every kind."""

    def test_marks(self, connection: Connection) -> None:
        """The server refuses exactly the marked statements, of which there are many."""
        lines = read_lines()
        wrong = [line for line in lines if judge(connection, line) != MARK * line.endswith(MARK)]
        assert [] == wrong
        assert len(lines) > 150

    def test_findings(self) -> None:
        """Lint reports exactly the marked statements, and has no other finding."""
        wrong = []
        for line in read_lines():
            rules = [finding.rule for finding in find_errors(line.removesuffix(MARK))]
            if rules != ["dependent-objects"] * line.endswith(MARK):
                wrong.append((line, rules))
        assert [] == wrong
