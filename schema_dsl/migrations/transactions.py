"""Decide whether the tool of a file runs the file in one transaction."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Final

from schema_dsl.migrations.file_name import Layout
from schema_dsl.migrations.sections import Sections, Span, blank_spans
from schema_dsl.parsing.lexer import split_by_lexer

# Flyway runs a file without a transaction if it finds one of these statements.
_FLYWAY_ALONE: Final = re.compile(
    r"\b(?:(?:create|drop)\s+(?:unique\s+)?index\s+concurrently|(?:create|drop)\s+(?:database|tablespace|subscription)"
    r"|alter\s+system|reindex|vacuum|discard\s+all)\b",
    re.IGNORECASE,
)
_FLYWAY_SWITCH: Final = re.compile(r"^\s*executeInTransaction\s*=\s*false\s*$", re.MULTILINE)
_DIESEL_SWITCH: Final = re.compile(r"^\s*run_in_transaction\s*=\s*false\b", re.MULTILINE)


def runs_in_transaction(path: PurePath, layout: Layout | None, sections: Sections) -> bool:
    """Return whether the tool of a file runs it in one transaction, or sends it as one message, which is one too.

    psql, for which numbered files are written, commits every statement. goose, sql-migrate, dbmate, node-pg-migrate,
    tern, Drizzle, Prisma, diesel, Flyway, golang-migrate and the Supabase CLI do not, unless the file says so.
    """
    if sections.runs_without_transaction:
        return False
    if sections.tool is not None:
        return sections.tool.in_transaction
    if sections.has_breakpoints:
        return True
    if layout is None or layout == "numbered":
        return False
    if layout == "flyway":
        switched_off = _is_found(_FLYWAY_SWITCH, path.with_name(f"{path.name}.conf"))
        return not switched_off and not _has_statement_alone(sections.forward)
    return layout != "diesel" or not _is_found(_DIESEL_SWITCH, path.with_name("metadata.toml"))


def _has_statement_alone(sql: str) -> bool:
    if _FLYWAY_ALONE.search(sql) is None:
        return False
    script = split_by_lexer(sql)
    quoted = sorted([*script.literals, *script.line_comments])
    return _FLYWAY_ALONE.search(blank_spans(sql, (Span(*each) for each in quoted))) is not None


def _is_found(pattern: re.Pattern[str], file: PurePath) -> bool:
    try:
        return pattern.search(Path(file).read_text("utf-8")) is not None
    except (OSError, ValueError):
        return False
