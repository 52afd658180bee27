"""Compare lint with a server: statements that other objects, or the attributes of a column, do not allow."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.postgres import Connection, Server, provider

HERE = Path(__file__).parent
MARK = " -- refused"
# The number of statements in each file. In each, about half are refused.
FILES = {
    "dependents": 250,
    "attributes": 300,
    "others": 131,
    "queries": 147,
    "partitions": 167,
    "names": 246,
    "named": 137,
    "values": 290,
    "bodies": 283,
    "statements": 163,
    "dropped": 115,
    "columns": 184,
    "virtual": 99,
    "written": 30,
    "settings": 117,
    "forms": 294,
    "records": 73,
    "parameters": 179,
    "calls": 181,
    "everyday_writes": 148,
    "defined": 85,
    "published": 115,
    "constants": 190,
    "rows": 105,
    "rooms": 145,
    "shop": 240,
    "assigned": 95,
    "tickets": 110,
    "crm": 130,
    "extensions": 55,
    "goose": 100,
}


def read_setup(name: str) -> str:
    """Read the objects that exist before the statements of a file."""
    return (HERE / f"{name}_setup.sql").read_text("utf-8")


def read_lines(name: str) -> list[str]:
    """Read the statements of a file, without the titles of their groups."""
    text = (HERE / f"{name}.sql").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("-- ")]


@functools.cache
def parse_setup(name: str) -> Source:
    """Parse the objects that exist before the statements of a file, once for all of them."""
    return Source.of(read_setup(name), "setup.sql")


def find_errors(name: str, line: str) -> list[Finding]:
    """Return the findings in a line after the setup, as a history that starts from an empty database."""
    schema = HistorySchema()
    schema.fully_known_schemas.add("public")
    found = check_history([parse_setup(name), Source.of(line)], schema)
    # A function that an accepted change breaks when it runs is no refusal.
    return [each for each in found if each.file != "setup.sql" and not each.message.startswith("this breaks")]


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Start Postgres 18, whatever version the other tests use."""
    with provider("embedded").start() as server:
        yield server


@contextlib.contextmanager
def connect(server: Server, name: str) -> Iterator[Connection]:
    """Connect to a database with the objects of a setup."""
    with server.database() as database, contextlib.closing(database.connect(autocommit=False)) as connection:
        connection.execute(read_setup(name).encode())
        connection.commit()
        yield connection


def is_refused(connection: Connection, line: str) -> bool:
    """Return whether the server refuses a statement of a line; roll back."""
    try:
        connection.execute(line.encode())
    except psycopg.Error:
        return True
    else:
        return False
    finally:
        connection.rollback()


class TestRefused:
    """Statements after a schema with dependents of every kind, and with columns of every attribute."""

    @pytest.mark.parametrize("name", FILES)
    def test_marks(self, newest: Server, name: str) -> None:
        """The server refuses exactly the marked statements, of which there are many."""
        lines = read_lines(name)
        with connect(newest, name) as connection:
            wrong = [line for line in lines if is_refused(connection, line) != line.endswith(MARK)]
        assert [] == wrong
        assert len(lines) >= FILES[name]

    @pytest.mark.parametrize("name", FILES)
    def test_findings(self, name: str) -> None:
        """Lint reports an error for exactly the marked statements, and has no other finding."""
        wrong = []
        for line in read_lines(name):
            levels = [finding.level for finding in find_errors(name, line.removesuffix(MARK))]
            if levels != [Level.ERROR] * line.endswith(MARK):
                wrong.append((line, levels))
        assert [] == wrong
