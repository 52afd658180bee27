"""DROP COLUMN of a column that was there before."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.breaking import column_is_new, guarded
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if guarded(step):
        return
    for each in altered(step, "AT_DropColumn"):
        name = each.command.name
        if column_is_new(step, each.relation, name):
            continue
        column = None if each.relation is None else each.relation.columns.get(name)
        computed = column is not None and column.generated
        what = "what was computed in" if computed else "every value of"
        yield Hit(
            each.place.start,
            f"this drops {what} column {name} of {each.name}, and fails every query that names it",
            each.place.length,
        )


RULE = Rule(
    name="ban-drop-column",
    group="data",
    level=Level.WARNING,
    summary="A column that was there before is dropped, with its values.",
    why=(
        "Once it is committed only a backup brings the values back. Indexes, and constraints that name the column, "
        "go with it silently; a client that was not deployed yet fails as soon as it names the column."
    ),
    remedy=(
        "Drop it a release after the last code that uses it; or in a DO block that raises an exception while it "
        "holds values."
    ),
    bad=("ALTER TABLE public.orders DROP COLUMN IF EXISTS note;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "DO $$\n"
            "BEGIN\n"
            "    IF EXISTS (SELECT FROM public.orders WHERE note IS NOT NULL) THEN\n"
            "        RAISE EXCEPTION 'orders.note still holds values';\n"
            "    END IF;\n"
            "    ALTER TABLE public.orders DROP COLUMN note;\n"
            "END\n"
            "$$;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-column", "atlas: DS103"),
)
