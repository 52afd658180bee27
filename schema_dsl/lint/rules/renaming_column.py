"""RENAME COLUMN on an existing column."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.breaking import (
    RemovedObject,
    find_step_first_line,
    is_column_new,
    is_existing_object,
    is_rollback_file,
)
from schema_dsl.lint.facts.recreated import is_recreated
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_KINDS = frozenset({"OBJECT_COLUMN", "OBJECT_ATTRIBUTE"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    if enumeration("ObjectType")[tree.rename_type] not in _KINDS or is_rollback_file(step):
        return
    table = tree.relation
    relation = step.schema.find_relation(table.schemaname, table.relname)
    is_new = is_column_new(step, relation, tree.subname)
    is_in_use = is_existing_object(step, RemovedObject("table", table.schemaname, table.relname))
    if is_new or not is_in_use or is_recreated(step, "column", table.relname, tree.subname):
        return
    span = find_step_first_line(step)
    column = f"{display_name(tree.subname)} of {format_relation(table)}"
    message = f"queries that use the column {column} fail after this statement"
    yield Hit(span.start, message, span.length)


RULE = Rule(
    name="renaming-column",
    group="data",
    level=Level.WARNING,
    summary="An existing column is renamed.",
    why=(
        "Views, policies and indexes follow a renamed column. Clients do not, and neither do function bodies, which "
        "Postgres stores as text. The old and the new release of an application cannot run at the same time."
    ),
    remedy=(
        "Add the new column and let the application write both columns. Copy the old values in batches, switch the "
        "readers to the new column, then drop the old column."
    ),
    bad=("ALTER TABLE public.orders RENAME COLUMN note TO remark;",),
    good=(
        (
            "CREATE TABLE public.orders (id bigint PRIMARY KEY, note text);\n"
            "ALTER TABLE public.orders RENAME COLUMN note TO remark;"
        ),
    ),
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    known_as=("squawk: renaming-column", "atlas: BC102"),
)
