"""A real server as the judge of pass one: what it calls a syntax error must be found, and nothing else."""

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
from syntax_mutants import mutants

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
    """What the server says to a text: "00000" if it takes it."""

    sqlstate: str
    message: str = ""
    context: str = ""


@attrs.define
class Count:
    """How pass one did against the server."""

    judged: int = 0
    refused: int = 0
    missed: list[str] = attrs.field(factory=list)
    cried_wolf: list[str] = attrs.field(factory=list)
    other_errors: list[str] = attrs.field(factory=list)

    @property
    def found(self) -> float:
        """The share of syntax errors that were found."""
        return 1 - len(self.missed) / self.refused


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A session on a server of its own: the corpus makes roles and changes settings of the cluster."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        database.connect() as connection,
    ):
        connection.execute("SET statement_timeout = '5s'")
        yield connection


def judge(connection: Connection, text: str) -> Verdict:
    """Run a text so that nothing of it stays: the division fails, and the implicit transaction with it."""
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
    """Damage each statement in many ways, ask the server, then let the statement itself take effect."""
    for statement in source.statements:
        for mutant in islice(mutants(statement, chance), MUTANTS_A_STATEMENT):
            verdict = judge(connection, mutant.text)
            if verdict.sqlstate == SYNTAX_ERROR and "EXECUTE" in verdict.context:
                # A query put together at run time: no text to find it in.
                continue
            reported = bool(check_syntax(Source.of(mutant.text)))
            count.judged += 1
            count.refused += verdict.sqlstate == SYNTAX_ERROR
            told = f"{source.path}:{statement.line} {mutant.damage}: {verdict.sqlstate} {verdict.message}"
            if verdict.sqlstate == SYNTAX_ERROR and not reported:
                count.missed.append(told)
            elif verdict.sqlstate == "00000" and reported:
                count.cried_wolf.append(told)
            elif verdict.sqlstate != SYNTAX_ERROR and reported:
                count.other_errors.append(told)
        # Some cannot: they need a transaction, or a mutant left what ROLLBACK does not undo.
        with contextlib.suppress(psycopg.Error):
            connection.execute(statement.text.encode())


class TestProbe:
    """Small damages to valid SQL."""

    def test_corpus_is_valid(self, connection: Connection) -> None:
        """A server accepts every statement of the corpus, in order."""
        statements = [s for path in CORPUS for s in Source.read(path).statements]
        assert len(statements) >= 200
        for statement in statements:
            connection.execute(statement.text.encode())

    def test_corpus(self, connection: Connection) -> None:
        """At least 99.5 % of the syntax errors are found, and nothing that the server accepts is reported.

        Some damages the server refuses for another reason first, a type that does not exist for instance;
        that an error further on is reported is right, but must stay rare for this to mean anything.
        """
        count, chance = Count(), random.Random(1)  # noqa: S311 - a sample, the same every time
        for path in CORPUS:
            probe(connection, Source.read(path), chance, count)
        assert count.judged >= 2500
        assert count.found >= 0.995, "\n".join(count.missed)
        assert [] == count.cried_wolf
        assert len(count.other_errors) <= count.judged // 300, "\n".join(count.other_errors)

    def test_generated_migration(self, connection: Connection) -> None:
        """The same holds for the SQL that we write ourselves."""
        source = Source.read(GENERATED)
        assert [] == check_syntax(source)
        count, chance = Count(), random.Random(2)  # noqa: S311 - a sample, the same every time
        supabase = platform("supabase")
        connection.execute(str(supabase.script(supabase.baseline, supabase.owner)).encode())
        connection.execute(BASELINE.read_bytes())
        probe(connection, source, chance, count)
        assert count.found >= 0.99, "\n".join(count.missed)
        assert [] == count.cried_wolf
