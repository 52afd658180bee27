"""TRUNCATE ... CASCADE."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.breaking import RemovedObject, guarded, is_used, place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if enumeration("DropBehavior")[step.tree.behavior] != "DROP_CASCADE" or guarded(step):
        return
    nodes = [each.range_var for each in step.tree.relations]
    used = [each for each in nodes if is_used(step, RemovedObject("table", each.schemaname, each.relname))]
    if used:
        tables = ", ".join(shown(each) for each in used)
        marked = place(step)
        yield Hit(
            marked.start,
            f"this empties {tables}, and every table with a foreign key to it, and every table with one to those",
            marked.length,
        )


RULE = Rule(
    name="ban-truncate-cascade",
    group="data",
    level=Level.WARNING,
    summary="TRUNCATE ... CASCADE empties tables that are not named.",
    why=(
        "CASCADE follows foreign keys whatever their ON DELETE says, even RESTRICT and SET NULL, and row by row no "
        "trigger or policy is asked. The next foreign key that somebody adds makes it empty one table more."
    ),
    remedy="Name every table that is to be emptied, without CASCADE.",
    bad=("TRUNCATE TABLE public.customers CASCADE;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "TRUNCATE TABLE public.orders, public.customers;"
        ),
    ),
    kinds=frozenset({"truncate_stmt"}),
    statement=_check,
    known_as=("squawk: ban-truncate-cascade",),
)
