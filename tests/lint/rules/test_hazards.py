"""Many small scripts, dangerous and not: what the rules say of them, and what a server does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import attrs
import psycopg
import pytest

from schema_dsl.lint.check import check
from schema_dsl.lint.entry import lint_text
from schema_dsl.lint.initial_schema import of_platform
from schema_dsl.lint.rules import rules
from schema_dsl.lint.semantics.check import Semantics
from schema_dsl.lint.source import Source
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, provider

FOLDER = Path(__file__).parent.parent / "corpus" / "hazards"
HISTORY = (FOLDER / "history.sql").read_text()
VANILLA = platform("vanilla")


@attrs.frozen
class Case:
    """A script, the rules that it is about, and what is to be said of it."""

    names: frozenset[str]
    bad: bool
    known: bool
    text: str


def read(file: str) -> Iterator[Case]:
    """Read the cases of a file."""
    names: frozenset[str] = frozenset()
    for line in (FOLDER / file).read_text().splitlines():
        if line.startswith("["):
            names = frozenset(line.strip("[]").split())
        elif line and not line.startswith("#"):
            verdict, _, text = line.partition(": ")
            word, _, known = verdict.partition("-")
            yield Case(names, word == "bad", bool(known), text.replace("\\n", "\n"))


CASES = list(read("cases.txt"))
HISTORIES = list(read("histories.txt"))


def after_history(text: str, history: str = HISTORY) -> set[str]:
    """Name what is found in a text as the second file of a history."""
    source = Source.of(text, "2.sql")
    schema = of_platform(VANILLA)
    schema.closed.add("public")
    semantics = Semantics(schema)
    found = check([Source.of(history, "1.sql"), source], schema, list(rules().values()), semantics)
    told = [each for each in (*semantics.finish(), *check_syntax(source)) if each.file == "2.sql"]
    return {each.rule for each in told} | {
        rule.name for rule, placed in found if placed.step.source is source
    }


class TestVerdicts:
    """What is said."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:60])
    def test_after_the_history(self, case: Case) -> None:
        """What is dangerous is found where the tables are known, and what is not is left alone."""
        assert case.bad == bool(case.names & after_history(case.text))

    @pytest.mark.parametrize("case", HISTORIES, ids=lambda case: case.text[:60])
    def test_of_two_files(self, case: Case) -> None:
        """What the earlier file made is in use, and what the later one makes is new."""
        before, _, text = case.text.partition(" || ")
        assert case.bad == bool(case.names & after_history(text, before))

    @pytest.mark.parametrize(
        "case", [each for each in CASES if not each.known], ids=lambda case: case.text[:60]
    )
    def test_alone(self, case: Case) -> None:
        """So it is in a file of which nothing else is known."""
        found = {each.rule for each in lint_text(case.text, "2.sql", VANILLA)}
        assert case.bad == bool(case.names & found)


# The rules that say that rows are read or written anew under a lock.
WORK = frozenset(
    {
        "adding-exclusion-constraint",
        "adding-field-with-default",
        "adding-foreign-key-constraint",
        "adding-not-nullable-field",
        "adding-unique-constraint",
        "changing-column-type",
        "constraint-missing-not-valid",
        "require-concurrent-index-creation",
    }
)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A session in a database with the history."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        opened.execute(HISTORY.encode())
        # Where UTC is not what timestamps are read as, casting one to timestamptz changes it.
        opened.execute("RESET lock_timeout; SET timezone = 'Europe/Berlin'")
        yield opened


def works(connection: Connection, text: str) -> bool:
    """Say whether any statement reads or writes anew a table of the history, under a lock that stops writes."""
    reads = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables WHERE relid = ANY (%s)"
    nodes = "SELECT oid, pg_relation_filenode(oid) FROM pg_class WHERE oid = ANY (%s)"
    locks = (
        "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = ANY (%s)"
        " AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock')"
    )
    tables = [
        connection.execute(
            "SELECT array_agg(oid) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm')"
        ).fetchall()[0][0]
    ]
    connection.execute("BEGIN")
    worked = False
    for statement in Source.of(text).statements:
        if statement.kind == "transaction_stmt" or "VALIDATE" in statement.text:
            # VALIDATE reads, while writes go on.
            continue
        before = [connection.execute(query, tables).fetchall() for query in (reads, nodes)]
        connection.execute(statement.text.encode())
        after = [connection.execute(query, tables).fetchall() for query in (reads, nodes)]
        (held,) = connection.execute(locks, tables).fetchone() or (0,)
        worked = worked or bool(held and before != after and statement.kind != "update_stmt")
    return worked


class TestServer:
    """What happens."""

    @pytest.mark.parametrize(
        "case",
        [
            each
            for each in CASES
            if each.names <= WORK and "CONCURRENTLY" not in each.text and "VALIDATE" not in each.text
        ],
        ids=lambda case: case.text[:60],
    )
    def test_work_under_a_lock(self, connection: Connection, case: Case) -> None:
        """What is found reads rows, or writes them anew, while others wait; what is not found does neither."""
        try:
            assert case.bad == works(connection, case.text)
        except psycopg.Error as error:
            pytest.fail(f"{error} in {case.text}")
        finally:
            connection.execute("ROLLBACK; SET timezone = 'Europe/Berlin'")
