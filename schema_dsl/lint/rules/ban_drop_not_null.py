"""DROP NOT NULL."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.breaking import column_is_new, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in [] if undoes(step) else altered(step, "AT_DropNotNull"):
        name = each.command.name
        column = None if each.relation is None else each.relation.columns.get(name)
        known_nullable = column is not None and each.relation is not None and each.relation.settled
        if known_nullable and column is not None and not column.not_null:
            continue
        if column_is_new(step, each.relation, name) or comes_back(
            step, "not null", step.tree.relation.relname, name
        ):
            continue
        yield Hit(
            each.place.start,
            f"from here on {name} of {each.name} may be NULL, which what reads it has never met",
            each.place.length,
        )


RULE = Rule(
    name="ban-drop-not-null",
    group="data",
    level=Level.INFO,
    summary="A column that was NOT NULL may be NULL from now on.",
    why=(
        "Clients, and types that were generated for them, count on a value. A NULL turns comparisons, NOT IN and "
        "sums into NULL without an error, in policies too."
    ),
    remedy="See that everything that reads the column takes NULL before the first one is written.",
    bad=("ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL;",),
    good=(
        (
            "CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY, note text NOT NULL);\n"
            "ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-not-null",),
)
