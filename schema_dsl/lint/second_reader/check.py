"""Findings of the second reader."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.named_checks import GENERATED_DIFFERS, SQLGLOT_CANNOT_PARSE
from schema_dsl.lint.second_reader.compare import compare_facts
from schema_dsl.lint.second_reader.declared import build_declarations
from schema_dsl.lint.second_reader.readings import read_statements
from schema_dsl.lint.source import Source
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.diff import Difference

_KINDS: Final = {
    "create_stmt": "CREATE TABLE",
    "alter_table_stmt": "ALTER TABLE",
    "index_stmt": "CREATE INDEX",
    "create_trig_stmt": "CREATE TRIGGER",
    "create_policy_stmt": "condition of a policy",
    "alter_policy_stmt": "condition of a policy",
    "grant_stmt": "GRANT or REVOKE",
    "comment_stmt": "COMMENT",
}
_CANNOT_PARSE_REMEDY: Final = (
    "Postgres accepts the statement. Tools that are built on sqlglot cannot read it."
)
_DIFFERS_REMEDY: Final = (
    "After a manual edit, regenerate the file with `schema-dsl generate --amend --force`. Otherwise a template of "
    "schema_dsl is wrong: report it with the definitions."
)


def find_unparsed_statements(source: Source, *, only_unread: bool = False) -> list[Finding]:
    """Return a finding for every statement of a file that Postgres accepts and sqlglot cannot parse.

    Args:
        source: The file.
        only_unread: Leave out the statements that the second reader reads from their tokens instead.
    """
    return [
        source.finding(
            reading.statement.start + reading.read.unparsed.offset,
            SQLGLOT_CANNOT_PARSE,
            Level.INFO,
            f"sqlglot cannot parse this {_KINDS[reading.statement.kind]}: {reading.read.unparsed.message}",
            _CANNOT_PARSE_REMEDY,
        )
        for reading in read_statements(source)
        if reading.read.unparsed is not None and not (only_unread and reading.read.facts)
    ]


def find_differences(
    sources: Sequence[Source], wanted: Catalog, changes: Iterable[Difference] | None = None
) -> list[Finding]:
    """Return a finding for everything in a generated migration that differs from the definitions.

    Args:
        sources: The files of the migration.
        wanted: The definitions from which the migration was generated.
        changes: The changes that the migration should make; without them, it must be complete only for the tables
            that it creates.
    """
    # Offsets go on from file to file.
    starts = [0, *accumulate(len(source.text) + 1 for source in sources[:-1])]
    readings = [
        (start, reading)
        for start, source in zip(starts, sources, strict=True)
        for reading in read_statements(source)
    ]
    facts = (
        (start + reading.statement.start, fact) for start, reading in readings for fact in reading.read.facts
    )
    is_whole = all(reading.read.facts or reading.read.unparsed is None for _, reading in readings)
    found = []
    for difference in compare_facts(facts, build_declarations(wanted), changes, is_whole=is_whole):
        place = bisect_right(starts, difference.offset) - 1
        found.append(
            sources[place].finding(
                difference.offset - starts[place],
                GENERATED_DIFFERS,
                Level.ERROR,
                difference.message,
                _DIFFERS_REMEDY,
                length=difference.length,
            )
        )
    return found
