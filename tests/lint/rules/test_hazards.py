"""Many small scripts, dangerous and harmless: the findings of the rules, and the effects on a server."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import attrs
import psycopg
import pytest

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.entry import lint_text
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rules import rules_by_name
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
    """A script with the expected verdict of some rules.

    Attributes:
        names: The rules.
        bad: Whether one of the rules reports the script.
        known: Whether the verdict needs the history.
        text: The script.
    """

    names: frozenset[str]
    bad: bool
    known: bool
    text: str


def read_cases(file: str) -> Iterator[Case]:
    """Yield the cases of a file."""
    names: frozenset[str] = frozenset()
    for line in (FOLDER / file).read_text().splitlines():
        if line.startswith("["):
            names = frozenset(line.strip("[]").split())
        elif line and not line.startswith("#"):
            verdict, _, text = line.partition(": ")
            word, _, known = verdict.partition("-")
            yield Case(names, word == "bad", bool(known), text.replace("\\n", "\n"))


CASES = list(read_cases("cases.txt"))
HISTORIES = list(read_cases("histories.txt"))


@functools.cache
def parse_history(text: str) -> Source:
    """Return a first file, which many cases have in common."""
    return Source.of(text, "1.sql")


def find_rules_after_history(text: str, history: str = HISTORY) -> set[str]:
    """Return the rules that report a script as the second file of a history."""
    source = Source.of(text, "2.sql")
    schema = schema_of_platform(VANILLA)
    schema.fully_known_schemas.add("public")
    semantics = Semantics(schema)
    found = apply_rules([parse_history(history), source], schema, list(rules_by_name().values()), semantics)
    findings = [each for each in (*semantics.finish(), *check_syntax(source)) if each.file == "2.sql"]
    return {each.rule for each in findings} | {
        rule.name for rule, placed in found if placed.step.source is source
    }


class TestVerdicts:
    """The findings."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:60])
    def test_after_the_history(self, case: Case) -> None:
        """If the tables are known, dangerous scripts are reported and harmless scripts are not."""
        assert case.bad == bool(case.names & find_rules_after_history(case.text))

    @pytest.mark.parametrize("case", HISTORIES, ids=lambda case: case.text[:60])
    def test_of_two_files(self, case: Case) -> None:
        """Tables of the first file are existing tables, and tables of the second file are new."""
        before, _, text = case.text.partition(" || ")
        assert case.bad == bool(case.names & find_rules_after_history(text, before))

    @pytest.mark.parametrize(
        "case", [each for each in CASES if not each.known], ids=lambda case: case.text[:60]
    )
    def test_alone(self, case: Case) -> None:
        """The verdict is the same for a file without a history."""
        found = {each.rule for each in lint_text(case.text, "2.sql", VANILLA)}
        assert case.bad == bool(case.names & found)


# The rules that report a scan or a rewrite under a lock.
SCAN_RULES = frozenset(
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
        # In a time zone other than UTC, a cast from timestamp to timestamptz changes the stored bytes.
        opened.execute("RESET lock_timeout; SET timezone = 'Europe/Berlin'")
        yield opened


def scans_under_lock(connection: Connection, text: str) -> bool:
    """Return whether a statement scans or rewrites a table of the history under a lock that blocks writes."""
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
            # VALIDATE CONSTRAINT scans without blocking writes.
            continue
        before = [connection.execute(query, tables).fetchall() for query in (reads, nodes)]
        connection.execute(statement.text.encode())
        after = [connection.execute(query, tables).fetchall() for query in (reads, nodes)]
        (held,) = connection.execute(locks, tables).fetchone() or (0,)
        worked = worked or bool(held and before != after and statement.kind != "update_stmt")
    return worked


class TestServer:
    """The effects on a server."""

    @pytest.mark.parametrize(
        "case",
        [
            each
            for each in CASES
            if each.names <= SCAN_RULES and "CONCURRENTLY" not in each.text and "VALIDATE" not in each.text
        ],
        ids=lambda case: case.text[:60],
    )
    def test_scan_under_a_lock(self, connection: Connection, case: Case) -> None:
        """A reported script scans or rewrites a table under a lock; other scripts do not."""
        try:
            assert case.bad == scans_under_lock(connection, case.text)
        except psycopg.Error as error:
            pytest.fail(f"{error} in {case.text}")
        finally:
            connection.execute("ROLLBACK; SET timezone = 'Europe/Berlin'")
