"""ALTER TABLE twice where once would do."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.durations import is_not_null, rewrites
from schema_dsl.lint.facts.positions import head, line_of
from schema_dsl.lint.facts.rewrites import rewriting_column
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule


@attrs.define
class _Last:
    """The last statement of a history, if it went through a whole table."""

    statement: object = None
    file: int = -1
    table: tuple[str, str] = ("", "")
    line: int = 0
    follows: bool = False
    told: bool = False


_LAST: Memory[_Last] = Memory(_Last)


def _check(step: HistoryStep) -> Iterable[Hit]:
    last = _LAST.of(step.schema)
    relation = step.tree.relation if step.kind == "alter_table_stmt" else None
    table = (relation.schemaname, relation.relname) if relation is not None else ("", "")
    if relation is None or not _goes_through(step):
        last.follows = step.kind == "comment_stmt" and last.follows
        return
    # Of many in a row only the second is marked: what is to be done is the same.
    again = last.follows and (last.file, last.table) == (step.moment.file, table)
    if again and not last.told:
        place = head(step.statement)
        yield Hit(
            place.start,
            f"{relation.relname} is gone through once more: the ALTER TABLE of line {last.line} did so just before",
            place.length,
        )
    last.follows, last.file, last.table, last.line = True, step.moment.file, table, line_of(step)
    last.told = again


def _goes_through(step: HistoryStep) -> bool:
    """Say whether an ALTER TABLE surely reads or writes every row in the pass that its commands share."""
    kinds = enumeration("ConstrType")
    for each in altered(step, "AT_SetNotNull", "AT_AddConstraint", "AT_AlterColumnType", "AT_AddColumn"):
        if each.kind == "AT_SetNotNull":
            found = not is_not_null(each, each.command.name)
        elif each.kind == "AT_AddConstraint":
            constraint = each.definition.constraint
            found = kinds[constraint.contype] == "CONSTR_CHECK" and not constraint.skip_validation
        elif each.kind == "AT_AlterColumnType":
            found = rewrites(each)
        else:
            found = bool(rewriting_column(step.schema, each.definition.column_def))
        if found:
            return True
    return False


RULE = Rule(
    name="combine-table-scans",
    group="locks",
    level=Level.INFO,
    summary="Two ALTER TABLE in a row go through the whole table, where one would go through it once.",
    why=(
        "The commands of one ALTER TABLE share a single pass over the rows, and a single rewrite. As two statements "
        "they lock the table twice as long."
    ),
    remedy="Put the commands into one ALTER TABLE, with commas between them.",
    bad=(
        (
            "ALTER TABLE public.orders ALTER COLUMN number SET NOT NULL;\n"
            "ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL;"
        ),
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS source text;"
        ),
    ),
    statement=_check,
    known_as=("eugene: W12",),
)
