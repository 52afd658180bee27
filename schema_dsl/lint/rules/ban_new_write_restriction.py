"""Writes that were fine until now are refused."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered, in_use, shown
from schema_dsl.lint.facts.breaking import place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule

_REFUSING = frozenset(
    {"CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_FOREIGN", "CONSTR_EXCLUSION", "CONSTR_PRIMARY"}
)


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.kind == "index_stmt":
        node = step.tree.relation
        if step.tree.unique and in_use(step, node.schemaname, node.relname):
            marked = place(step)
            yield Hit(marked.start, f"{shown(node)} refuses duplicates that it took until now", marked.length)
        return
    for each in altered(step, "AT_AddConstraint", "AT_SetNotNull"):
        kind = "CONSTR_CHECK"
        if each.kind == "AT_AddConstraint":
            kind = enumeration("ConstrType")[each.definition.constraint.contype]
        if kind in _REFUSING:
            yield Hit(each.place.start, f"{each.name} refuses rows that it took until now", each.place.length)


RULE = Rule(
    name="ban-new-write-restriction",
    group="data",
    level=Level.INFO,
    summary="A constraint, NOT NULL or a unique index comes to a table that is in use.",
    why=(
        "NOT VALID too holds for every new row, and for every UPDATE of an old one, whatever column it "
        "changes. The release that is still running does not know of it."
    ),
    remedy="Release what keeps to it first.",
    bad=(
        "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_number_idx ON public.orders (number);",
    ),
    good=(
        (
            "CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);\n"
            "ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');"
        ),
    ),
    kinds=frozenset({"alter_table_stmt", "index_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-new-write-restriction",),
)
