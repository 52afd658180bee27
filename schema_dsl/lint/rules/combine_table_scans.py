"""Two consecutive ALTER TABLE statements scan the same table, where one statement would scan it once."""

from __future__ import annotations

import attrs

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.locks import takes_long
from schema_dsl.lint.facts.positions import find_line
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.lint.source import Source


@attrs.define
class _LastScan:
    """The last statement of a history, if it scanned a table."""

    statement: object = None
    file: int = -1
    table: tuple[str, str] = ("", "")
    line: int = 0
    scanned: bool = False
    reported: bool = False


_LAST_SCANS: HistoryCache[_LastScan] = HistoryCache(_LastScan)


def _applies_to(source: Source) -> bool:
    """Return whether a file has two consecutive ALTER TABLE statements."""
    is_after_alter = False
    for statement in source.expanded:
        if statement.kind == "alter_table_stmt":
            if is_after_alter:
                return True
            is_after_alter = True
        elif statement.kind not in {"comment_stmt", ""}:
            # The replay skips a statement that does not parse.
            is_after_alter = False
    return False


def _check(step: HistoryStep) -> Hits:
    last = _LAST_SCANS.get(step.schema)
    relation = step.tree.relation if step.kind == "alter_table_stmt" else None
    table = (relation.schemaname, relation.relname) if relation is not None else ("", "")
    # The indexes of new constraints are built, and foreign keys are checked, in passes of their own.
    if relation is None or not any(takes_long(each, in_one_pass=True) for each in find_alter_commands(step)):
        last.scanned = step.kind == "comment_stmt" and last.scanned
        return
    # One ALTER TABLE replaces all statements of a sequence, so only the second statement is reported.
    is_repeated = last.scanned and (last.file, last.table) == (step.position.file, table)
    if is_repeated and not last.reported:
        yield f"this scans {relation.relname} a second time, after the ALTER TABLE on line {last.line}"
    last.scanned, last.file, last.table, last.line = True, step.position.file, table, find_line(step)
    last.reported = is_repeated


RULE = Rule(
    group="locks",
    level=Level.INFO,
    why=(
        "All commands of one ALTER TABLE share one scan or one rewrite of the table. Two statements lock the table "
        "twice as long."
    ),
    remedy="Put the commands into one ALTER TABLE, separated by commas.",
    bad="""
        ALTER TABLE public.orders ALTER COLUMN number SET NOT NULL;
        ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL;
    """,
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS source text;
    """,
    applies_to=_applies_to,
    statement=_check,
    decided=True,
    known_as=("eugene: W12",),
)
