"""Decide whether the tool of a file runs the file in one transaction."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Final

from schema_dsl.migrations.file_name import Layout
from schema_dsl.migrations.marks import CHANGESET_ALONE, TRANSACTION_AT_START
from schema_dsl.migrations.sections import Sections, Span, blank_spans
from schema_dsl.parsing.lexer import split_by_lexer

# Flyway runs a file without a transaction if it finds one of these statements.
_FLYWAY_ALONE: Final = re.compile(
    r"\b(?:(?:create|drop)\s+(?:unique\s+)?index\s+concurrently|(?:create|drop)\s+(?:database|tablespace|subscription)"
    r"|alter\s+system|reindex|vacuum|discard\s+all)\b",
    re.IGNORECASE,
)
_FLYWAY_SETTING: Final = re.compile(r"^\s*executeInTransaction\s*=\s*(true|false)\s*$", re.MULTILINE)
_DIESEL_SWITCH: Final = re.compile(r"^\s*run_in_transaction\s*=\s*false\b", re.MULTILINE)


def runs_in_transaction(path: PurePath, layout: Layout | None, sections: Sections) -> bool:
    """Return whether the tool of a file runs it in one transaction, or sends it as one message, which is one too.

    psql, for which numbered files are written, commits every statement, also if Sqitch starts it. goose, sql-migrate,
    dbmate, node-pg-migrate, tern, Drizzle, Prisma, diesel, Flyway, golang-migrate and the Supabase CLI do not, unless
    the file says so.
    """
    if sections.runs_without_transaction:
        return False
    if sections.tool is not None:
        return sections.tool.in_transaction
    if TRANSACTION_AT_START.match(sections.text.removeprefix("\ufeff").lstrip()) is not None:
        return not any(CHANGESET_ALONE.match(line) for line in sections.text.splitlines())
    return sections.has_breakpoints or _does_layout_begin(path, layout, sections)


def _does_layout_begin(path: PurePath, layout: Layout | None, sections: Sections) -> bool:
    if layout in {None, "numbered", "sqitch"}:
        return False
    if layout == "flyway":
        setting = read_flyway_setting(path)
        return not _has_statement_alone(sections.forward) if setting is None else setting
    return layout != "diesel" or _search(_DIESEL_SWITCH, path.with_name("metadata.toml")) is None


def read_flyway_setting(path: PurePath) -> bool | None:
    """Return whether the configuration beside a file of Flyway turns its transaction on or off; None if neither.

    Without the setting, Flyway refuses a file with statements for a transaction and statements that refuse one.
    """
    setting = _search(_FLYWAY_SETTING, path.with_name(f"{path.name}.conf"))
    return None if setting is None else setting[1] == "true"


def _has_statement_alone(sql: str) -> bool:
    if _FLYWAY_ALONE.search(sql) is None:
        return False
    script = split_by_lexer(sql)
    quoted = sorted([*script.literals, *script.line_comments])
    return _FLYWAY_ALONE.search(blank_spans(sql, (Span(*each) for each in quoted))) is not None


def _search(pattern: re.Pattern[str], file: PurePath) -> re.Match[str] | None:
    try:
        return pattern.search(Path(file).read_text("utf-8"))
    except (OSError, ValueError):
        return None
