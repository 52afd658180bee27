"""A real server as the judge of pass two: what it takes must not be reported, what it refuses must be."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import attrs
import psycopg
import pytest
from made_expressions import Maker

from schema_dsl.lint import Source, lint_text
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.selection import selection
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server, provider

HERE = Path(__file__).parent
SETUP = (HERE / "semantics" / "setup.sql").read_text("utf-8")
# Unknown columns, functions and operators, types; types that do not go together; constants that are none.
SEMANTIC = {"42703", "42883", "42704", "42804", "42846", "22P02"}
QUERIES = ("SELECT", "VALUES", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "TABLE")


def known() -> Schema:
    """Give what is known once the setup has run."""
    schema = Schema()
    for _ in replay([Source.of(SETUP)], schema):
        pass
    return schema


def lines(name: str) -> list[str]:
    """Read a corpus, a statement a line."""
    text = (HERE / "semantics" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("--")]


@attrs.define
class Judge:
    """A server with the setup."""

    connection: Connection

    def verdict(self, sql: str) -> str:
        """Give the SQLSTATE of a statement, "" if it is taken; nothing is left of it."""
        try:
            self.connection.execute(f"PREPARE judged AS {sql}" if sql.startswith(QUERIES) else sql)
        except psycopg.Error as error:
            return error.sqlstate or "?"
        else:
            return ""
        finally:
            self.connection.rollback()
            self.connection.execute("DEALLOCATE ALL")
            self.connection.commit()


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """Version 18, whatever the other tests run on: the corpus uses what it has."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect(autocommit=False)) as connection,
    ):
        connection.execute(SETUP)
        connection.commit()
        yield Judge(connection)


class TestExpressions:
    """Thousands of them, over columns of every common type."""

    COUNT = 1500

    @pytest.mark.parametrize("seed", [1, 2])
    def test_what_is_refused_is_found(self, judge: Judge, seed: int) -> None:
        """At least 95 of 100 semantic errors are found, and nothing that the server takes is reported."""
        schema = known()
        columns = {c.name: c.type for c in schema.relations["public", "people"].columns.values()}
        refused, missed, false = 0, [], []
        for made in Maker(seed, columns).wild(self.COUNT):
            sql = f"SELECT {made} FROM people"
            found, verdict = check_history([Source.of(sql)], schema), judge.verdict(sql)
            refused += verdict in SEMANTIC
            if verdict in SEMANTIC and not found:
                missed.append(made)
            if not verdict and found:
                false.append((made, found[0].message))
        assert [] == false
        assert refused > self.COUNT / 2
        assert len(missed) <= refused * 0.05, missed

    def test_what_is_sound_is_passed(self, judge: Judge) -> None:
        """Every builtin function and operator gets what it asks for: nothing to report."""
        schema = known()
        columns = {c.name: c.type for c in schema.relations["public", "people"].columns.values()}
        accepted, false = 0, []
        for made in Maker(3, columns).sound(self.COUNT):
            sql = f"SELECT {made} FROM people"
            if judge.verdict(sql):
                continue
            accepted += 1
            found = check_history([Source.of(sql)], schema)
            false += [(made, each.message) for each in found]
        assert [] == false
        assert accepted > self.COUNT / 2


class TestStatements:
    """Queries, changes, tables, indexes, policies, triggers, functions: written by hand, judged by the server."""

    def test_valid(self, judge: Judge) -> None:
        """What the server takes is not reported."""
        refused = [(line, state) for line in lines("valid.sql") if (state := judge.verdict(line))]
        assert [] == refused
        found = [
            (line, f.message)
            for line in lines("valid.sql")
            for f in check_history([Source.of(line)], known())
        ]
        assert [] == found

    def test_invalid(self, judge: Judge) -> None:
        """What the server refuses is reported, by the right rule and with the right name."""
        wrong = []
        for line in lines("invalid.sql"):
            sql, _, expected = line.rpartition(" -- ")
            rule, _, remedy = expected.partition(":")
            found = check_history([Source.of(sql)], known())
            if not judge.verdict(sql):
                wrong.append(("the server takes it", sql))
            elif not any(rule == each.rule and remedy in each.remedy for each in found):
                wrong.append((expected, sql))
        assert [] == wrong


def histories() -> list[tuple[str, list[str]]]:
    """Read the histories: the name of each, and its lines."""
    text = (HERE / "semantics" / "histories.sql").read_text("utf-8")
    pieces = [piece.strip().split("\n") for piece in text.split("\n\n")[1:]]
    return [(piece[0].removeprefix("-- "), piece[1:]) for piece in pieces]


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Version 18, whatever the other tests run on."""
    with provider("embedded").start() as server:
        yield server


class TestInOrder:
    """Statements that depend on those before them, written by hand, judged by the server."""

    @pytest.mark.parametrize(("name", "statements"), histories(), ids=[name for name, _ in histories()])
    def test_history(self, newest: Server, name: str, statements: list[str]) -> None:
        """What the server takes is not reported, what it refuses is, by the right rule."""
        del name
        taken: list[str] = []
        wrong = []
        with newest.database() as database, database.connect() as connection:
            for line in statements:
                sql, _, expected = line.partition(" -- ")
                rule, _, remedy = expected.partition(":")
                refused = False
                try:
                    connection.execute(sql.encode())
                except psycopg.Error:
                    refused = True
                found = [each for each in self.lint([*taken, sql]) if each.line == len(taken) + 1]
                if refused != bool(rule):
                    wrong.append((f"refused: {refused}", line))
                elif not rule and found:
                    wrong.append((found[0].message, line))
                elif rule and not any(rule == each.rule and remedy in each.remedy for each in found):
                    wrong.append((str(found), line))
                if not refused:
                    taken.append(sql)
        assert [] == wrong
        assert [] == self.lint(taken)

    def lint(self, statements: list[str]) -> list[Finding]:
        """Check statements as a history that begins with an empty database."""
        schema = Schema()
        schema.closed.add("public")
        return check_history([Source.of("\n".join(statements))], schema)


class TestCorpus:
    """Valid SQL of every kind, written for the first pass."""

    def test_history(self) -> None:
        """As one history, and each file on its own, it has no finding."""
        files = sorted((HERE / "corpus").glob("*.sql"))
        sources = [Source.read(file) for file in files]
        found: list[Finding] = check_history(sources, Schema())
        for file in files:
            found += lint_text(
                file.read_text("utf-8"),
                file.name,
                platform("supabase"),
                selection("supabase", select=["semantics"]),
            )
        assert [] == found
