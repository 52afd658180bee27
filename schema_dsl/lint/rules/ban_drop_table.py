"""DROP TABLE of a table that was there before."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import guarded, place, taken
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = [] if guarded(step) else list(taken(step, "table"))
    if not found:
        return
    cascade = enumeration("DropBehavior")[step.tree.behavior] == "DROP_CASCADE"
    along = ", along with every view and foreign key that depends on it" if cascade else ""
    marked = place(step)
    tables = ", ".join(str(each) for each in found)
    yield Hit(marked.start, f"this drops {tables} with all rows, for good{along}", marked.length)


RULE = Rule(
    name="ban-drop-table",
    group="data",
    level=Level.WARNING,
    summary="A table that was there before is dropped, with its rows.",
    why=(
        "Once it is committed only a backup brings the rows back. Whatever still asks for the table, a server that "
        "was not deployed yet among it, fails from that moment on. CASCADE takes views, foreign keys and policies "
        "along, without asking."
    ),
    remedy=(
        "Rename it first and drop it a release later; or drop it in a DO block that raises an exception while it "
        "holds rows."
    ),
    bad=("DROP TABLE IF EXISTS public.orders;", "DROP TABLE public.orders, public.customers CASCADE;"),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "DO $$\n"
            "BEGIN\n"
            "    IF EXISTS (SELECT FROM public.orders) THEN\n"
            "        RAISE EXCEPTION 'orders still holds rows';\n"
            "    END IF;\n"
            "    DROP TABLE public.orders;\n"
            "END\n"
            "$$;"
        ),
        "CREATE TEMPORARY TABLE ids (id bigint PRIMARY KEY);\nDROP TABLE IF EXISTS ids;",
    ),
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-table", "atlas: DS102"),
)
