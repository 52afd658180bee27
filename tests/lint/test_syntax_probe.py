"""Comparison of syntax findings with a server: lint reports the syntax errors of the server, and nothing else."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import attrs
import psycopg
import pytest
from psycopg.pq import TransactionStatus
from syntax_mutants import generate_mutants

from schema_dsl.lint import Source
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, provider

HERE = Path(__file__).parent
CORPUS = sorted((HERE / "corpus").glob("*.sql"))
GENERATED = HERE.parent.parent / "generated" / "034_engagement_system.sql"
BASELINE = HERE.parent.parent / "definitions" / "baseline.sql"

SYNTAX_ERROR = "42601"
MUTANTS_A_STATEMENT = 11


@attrs.frozen
class Verdict:
    """The answer of the server to a text; SQLSTATE 00000 if it accepts the text."""

    sqlstate: str
    message: str = ""
    context: str = ""


@attrs.define
class Count:
    """The results of lint compared with the server."""

    total: int = 0
    syntax_errors: int = 0
    missed: list[str] = attrs.field(factory=list)
    false_alarms: list[str] = attrs.field(factory=list)
    other_errors: list[str] = attrs.field(factory=list)

    @property
    def share_found(self) -> float:
        """The share of syntax errors that lint reports."""
        return 1 - len(self.missed) / self.syntax_errors


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Yield a session on a separate server, because the corpus creates roles and changes settings of the cluster."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        database.connect() as connection,
    ):
        connection.execute("SET statement_timeout = '5s'")
        yield connection


def judge(connection: Connection, text: str) -> Verdict:
    """Run a text without effect: the division by zero rolls back the implicit transaction."""
    verdict = Verdict("00000")
    try:
        connection.execute(f"{text}\n; SELECT 1 / 0".encode())
    except psycopg.errors.DivisionByZero:
        pass
    except psycopg.Error as error:
        verdict = Verdict(error.sqlstate or "?", str(error), error.diag.context or "")
    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.execute("ROLLBACK")
    return verdict


def probe(connection: Connection, source: Source, chance: random.Random, count: Count) -> None:
    """Compare lint with the server for mutants of every statement, then run the statement."""
    for statement in source.statements:
        for mutant in islice(generate_mutants(statement, chance), MUTANTS_A_STATEMENT):
            verdict = judge(connection, mutant.text)
            if verdict.sqlstate == SYNTAX_ERROR and "EXECUTE" in verdict.context:
                # The query is built at run time, so the text does not contain it.
                continue
            reported = bool(check_syntax(Source.of(mutant.text)))
            count.total += 1
            count.syntax_errors += verdict.sqlstate == SYNTAX_ERROR
            description = (
                f"{source.path}:{statement.line} {mutant.damage}: {verdict.sqlstate} {verdict.message}"
            )
            if verdict.sqlstate == SYNTAX_ERROR and not reported:
                count.missed.append(description)
            elif verdict.sqlstate == "00000" and reported:
                count.false_alarms.append(description)
            elif verdict.sqlstate != SYNTAX_ERROR and reported:
                count.other_errors.append(description)
        # Some statements fail: they require a transaction, or a mutant had an effect that ROLLBACK does not undo.
        with contextlib.suppress(psycopg.Error):
            connection.execute(statement.text.encode())


class TestProbe:
    """Mutants of valid SQL."""

    def test_corpus_is_valid(self, connection: Connection) -> None:
        """A server accepts every statement of the corpus, in order."""
        statements = [s for path in CORPUS for s in Source.read(path).statements]
        assert len(statements) >= 200
        for statement in statements:
            connection.execute(statement.text.encode())

    def test_corpus(self, connection: Connection) -> None:
        """Lint reports at least 99.5 % of the syntax errors, and nothing that the server accepts.

        The server rejects some mutants for another reason first, such as an unknown type. Lint may then report a
        later syntax error, but such mutants have to be rare for the comparison to be meaningful.
        """
        count, chance = Count(), random.Random(1)  # noqa: S311 - a reproducible sample
        for path in CORPUS:
            probe(connection, Source.read(path), chance, count)
        assert count.total >= 2500
        assert count.share_found >= 0.995, "\n".join(count.missed)
        assert [] == count.false_alarms
        assert len(count.other_errors) <= count.total // 300, "\n".join(count.other_errors)

    def test_generated_migration(self, connection: Connection) -> None:
        """Lint reports nothing in a generated migration, and finds the syntax errors in its mutants."""
        source = Source.read(GENERATED)
        assert [] == check_syntax(source)
        count, chance = Count(), random.Random(2)  # noqa: S311 - a reproducible sample
        supabase = platform("supabase")
        connection.execute(str(supabase.script(supabase.baseline, supabase.owner)).encode())
        connection.execute(BASELINE.read_bytes())
        probe(connection, source, chance, count)
        assert count.share_found >= 0.99, "\n".join(count.missed)
        assert [] == count.false_alarms
