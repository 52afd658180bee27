"""Compare the semantic check with a server: the check reports exactly the statements that the server rejects."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import attrs
import psycopg
import pytest
from random_expressions import ExpressionGenerator

from schema_dsl.lint import Source, lint_text
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.selection import build_selection
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server, provider

HERE = Path(__file__).parent
SETUP = (HERE / "semantics" / "setup.sql").read_text("utf-8")
# The SQLSTATEs of unknown columns, functions, operators and types, of type mismatches and of invalid constants.
SEMANTIC = {"42703", "42883", "42704", "42804", "42846", "22P02"}
QUERIES = ("SELECT", "VALUES", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "TABLE")


def known() -> HistorySchema:
    """Return the state after the setup."""
    schema = HistorySchema()
    for _ in replay([Source.of(SETUP)], schema):
        pass
    return schema


def lines(name: str) -> list[str]:
    """Read a corpus with one statement per line."""
    text = (HERE / "semantics" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("--")]


@attrs.define
class Judge:
    """A server with the setup."""

    connection: Connection

    def verdict(self, sql: str) -> str:
        """Return the SQLSTATE of a statement, "" if the server accepts it; the statement is rolled back."""
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
    """Start Postgres 18, whatever version the other tests use, because the corpus uses its features."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect(autocommit=False)) as connection,
    ):
        connection.execute(SETUP)
        connection.commit()
        yield Judge(connection)


class TestExpressions:
    """Thousands of generated expressions over columns of every common type."""

    COUNT = 1500

    @pytest.mark.parametrize("seed", [1, 2])
    def test_rejected_expressions(self, judge: Judge, seed: int) -> None:
        """The check finds at least 95% of the semantic errors, and reports no expression that the server accepts."""
        schema = known()
        columns = {c.name: c.type for c in schema.relations["public", "people"].columns.values()}
        rejected, missed, false = 0, [], []
        for expression in ExpressionGenerator(seed, columns).arbitrary(self.COUNT):
            sql = f"SELECT {expression} FROM people"
            findings, verdict = check_history([Source.of(sql)], schema), judge.verdict(sql)
            rejected += verdict in SEMANTIC
            if verdict in SEMANTIC and not findings:
                missed.append(expression)
            if not verdict and findings:
                false.append((expression, findings[0].message))
        assert [] == false
        assert rejected > self.COUNT / 2
        assert len(missed) <= rejected * 0.05, missed

    def test_accepted_expressions(self, judge: Judge) -> None:
        """Calls of builtin functions and operators with matching arguments are not reported."""
        schema = known()
        columns = {c.name: c.type for c in schema.relations["public", "people"].columns.values()}
        accepted, false = 0, []
        for expression in ExpressionGenerator(3, columns).well_typed(self.COUNT):
            sql = f"SELECT {expression} FROM people"
            if judge.verdict(sql):
                continue
            accepted += 1
            findings = check_history([Source.of(sql)], schema)
            false += [(expression, finding.message) for finding in findings]
        assert [] == false
        assert accepted > self.COUNT / 2


class TestStatements:
    """Handwritten queries, DML and DDL statements, compared with the server."""

    def test_valid(self, judge: Judge) -> None:
        """Statements that the server accepts are not reported."""
        rejected = [(line, state) for line in lines("valid.sql") if (state := judge.verdict(line))]
        assert [] == rejected
        findings = [
            (line, f.message)
            for line in lines("valid.sql")
            for f in check_history([Source.of(line)], known())
        ]
        assert [] == findings

    def test_invalid(self, judge: Judge) -> None:
        """Statements that the server rejects are reported by the expected rule and with the expected name."""
        wrong = []
        for line in lines("invalid.sql"):
            sql, _, expected = line.rpartition(" -- ")
            rule, _, remedy = expected.partition(":")
            findings = check_history([Source.of(sql)], known())
            if not judge.verdict(sql):
                wrong.append(("the server accepts it", sql))
            elif not any(rule == finding.rule and remedy in finding.remedy for finding in findings):
                wrong.append((expected, sql))
        assert [] == wrong


def histories() -> list[tuple[str, list[str]]]:
    """Read the histories, each as its name and its lines."""
    text = (HERE / "semantics" / "histories.sql").read_text("utf-8")
    pieces = [piece.strip().split("\n") for piece in text.split("\n\n")[1:]]
    return [(piece[0].removeprefix("-- "), piece[1:]) for piece in pieces]


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Start Postgres 18, whatever version the other tests use."""
    with provider("embedded").start() as server:
        yield server


class TestInOrder:
    """Handwritten statements that depend on earlier statements, compared with the server."""

    @pytest.mark.parametrize(("name", "statements"), histories(), ids=[name for name, _ in histories()])
    def test_history(self, newest: Server, name: str, statements: list[str]) -> None:
        """The check reports exactly the statements that the server rejects, by the expected rule."""
        del name
        accepted: list[str] = []
        wrong = []
        with newest.database() as database, database.connect() as connection:
            for line in statements:
                sql, _, expected = line.partition(" -- ")
                rule, _, remedy = expected.partition(":")
                is_rejected = False
                try:
                    connection.execute(sql.encode())
                except psycopg.Error:
                    is_rejected = True
                findings = [
                    finding for finding in self.lint([*accepted, sql]) if finding.line == len(accepted) + 1
                ]
                if is_rejected != bool(rule):
                    wrong.append((f"refused: {is_rejected}", line))
                elif not rule and findings:
                    wrong.append((findings[0].message, line))
                elif rule and not any(
                    rule == finding.rule and remedy in finding.remedy for finding in findings
                ):
                    wrong.append((str(findings), line))
                if not is_rejected:
                    accepted.append(sql)
        assert [] == wrong
        assert [] == self.lint(accepted)

    def lint(self, statements: list[str]) -> list[Finding]:
        """Check statements as a history that starts from an empty database."""
        schema = HistorySchema()
        schema.fully_known_schemas.add("public")
        return check_history([Source.of("\n".join(statements))], schema)


class TestCorpus:
    """The corpus of valid SQL for the syntax check."""

    def test_history(self) -> None:
        """The corpus has no findings, neither as one history nor file by file."""
        files = sorted((HERE / "corpus").glob("*.sql"))
        sources = [Source.read(file) for file in files]
        findings: list[Finding] = check_history(sources, HistorySchema())
        for file in files:
            findings += lint_text(
                file.read_text("utf-8"),
                file.name,
                platform("supabase"),
                build_selection("supabase", select=["semantics"]),
            )
        assert [] == findings
