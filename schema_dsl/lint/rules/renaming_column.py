"""RENAME COLUMN."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.breaking import RemovedObject, column_is_new, is_used, place, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule

_KINDS = frozenset({"OBJECT_COLUMN", "OBJECT_ATTRIBUTE"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    if enumeration("ObjectType")[tree.rename_type] not in _KINDS or undoes(step):
        return
    table = tree.relation
    relation = step.schema.relation(table.schemaname, table.relname)
    new = column_is_new(step, relation, tree.subname)
    used = is_used(step, RemovedObject("table", table.schemaname, table.relname))
    if new or not used or comes_back(step, "column", table.relname, tree.subname):
        return
    marked = place(step)
    message = f"whoever names the column {readable(tree.subname)} of {shown(table)} fails from here on"
    yield Hit(marked.start, message, marked.length)


RULE = Rule(
    name="renaming-column",
    group="data",
    level=Level.WARNING,
    summary="A column that was there before gets another name.",
    why=(
        "Views, policies and indexes follow a renamed column; clients do not, nor do function bodies, which are kept "
        "as text. The old and the new release cannot both run."
    ),
    remedy="Add the new column, write both, move the readers over, then drop the old one.",
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
