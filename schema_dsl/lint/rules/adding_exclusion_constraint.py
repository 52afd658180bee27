"""An EXCLUDE constraint on a table that is in use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import added_constraints
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each, constraint, _ in added_constraints(step, "CONSTR_EXCLUSION"):
        if not constraint.indexname:
            yield Hit(
                each.place.start,
                f"building the index of this EXCLUDE constraint stops reads and writes of {each.name} until it is done",
                each.place.length,
            )


RULE = Rule(
    name="adding-exclusion-constraint",
    group="locks",
    level=Level.WARNING,
    summary="An EXCLUDE constraint is added to an existing table.",
    why=(
        "Its index is built under an ACCESS EXCLUSIVE lock, and for EXCLUDE there is neither USING INDEX nor NOT "
        "VALID: on a large table it has to wait for a quiet hour, or come with a new table."
    ),
    remedy="Declare it when the table is made; otherwise add it in a maintenance window, with a lock_timeout.",
    bad=(
        (
            "ALTER TABLE public.bookings\n"
            "    ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&);"
        ),
    ),
    good=(
        (
            "CREATE TABLE IF NOT EXISTS public.bookings (\n"
            "    id bigint PRIMARY KEY,\n"
            "    during tstzrange NOT NULL,\n"
            "    CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&)\n"
            ");"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("eugene: E8",),
)
