"""A new column that has no value for the rows that are there."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint import builtins
from schema_dsl.lint.facts.alter_commands import AlterCommand, altered
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.source import Source

_REQUIRED = frozenset({"CONSTR_NOTNULL", "CONSTR_PRIMARY"})
_ROWS = frozenset({"insert_stmt", "copy_stmt", "merge_stmt", "delete_stmt"})
_FILLED = frozenset({"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    kinds = enumeration("ConstrType")
    for each in altered(step, "AT_AddColumn"):
        column = each.definition.column_def
        said = {
            kinds[wrapped.constraint.contype]
            for wrapped in column.constraints
            if not wrapped.constraint.raw_expr.a_const.isnull
        }
        parts = column.type_name.names
        # A domain may have a default of its own.
        known = len(parts) > 1 and parts[0].string.sval == "pg_catalog"
        known = known or builtins.type_of(parts[-1].string.sval) is not None
        serial = parts[-1].string.sval in builtins.SERIALS
        if said & _REQUIRED and not said & _FILLED and known and not serial and not _is_emptied(each):
            yield Hit(
                each.place.start,
                f"{column.colname} may not be NULL and has no default: this fails if {each.name} has any row",
                each.place.length,
            )


def _is_emptied(added: AlterCommand) -> bool:
    """Say whether the file leaves the table without rows before."""
    changes = _rows_changed(added.step.source).get(added.step.tree.relation.relname, ())
    before = [emptied for start, emptied in changes if start < added.step.statement.start]
    return bool(before) and before[-1]


@cached
def _rows_changed(source: Source) -> dict[str, list[tuple[int, bool]]]:
    """Give the statements that change the rows of each table, and whether they leave none."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for statement in source.applied:
        tree = statement.tree
        if statement.kind == "truncate_stmt":
            for each in tree.relations:
                found.setdefault(each.range_var.relname, []).append((statement.start, True))
        elif statement.kind in _ROWS:
            emptied = statement.kind == "delete_stmt" and not (
                tree.HasField("where_clause") or tree.using_clause
            )
            found.setdefault(tree.relation.relname, []).append((statement.start, emptied))
    return found


RULE = Rule(
    name="adding-required-field",
    group="locks",
    level=Level.ERROR,
    summary="A NOT NULL column without a default is added to an existing table.",
    why=(
        'The rows that are there get the default, or NULL, which NOT NULL then refuses: "column contains null '
        'values". It works on a table without rows only, as it may be where the migration was tried.'
    ),
    remedy="Give it a DEFAULT, or add it nullable, fill it, then SET NOT NULL.",
    bad=("ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text NOT NULL;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text NOT NULL DEFAULT 'EUR';"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: adding-required-field", "atlas: MF103"),
)
