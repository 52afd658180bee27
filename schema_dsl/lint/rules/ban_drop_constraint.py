"""DROP CONSTRAINT, except of a foreign key."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.constraints import dropped_constraints
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_LOSSES = {
    "primary": "has no primary key any more: logical replication refuses UPDATE and DELETE, clients lose its key",
    "unique": "may have the same {columns} twice from here on, and ON CONFLICT on it fails",
    "check": "takes rows that this check refused",
    "exclusion": "takes rows that exclude each other",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each, constraint in dropped_constraints(step):
        if constraint is not None and (constraint.kind == "foreign" or step.new_in_file(constraint.made)):
            continue
        loss = "takes rows that this constraint refused"
        if constraint is not None:
            loss = _LOSSES.get(constraint.kind, loss).format(columns=", ".join(constraint.columns))
        yield Hit(each.place.start, f"without {each.command.name}, {each.name} {loss}", each.place.length)


RULE = Rule(
    name="ban-drop-constraint",
    group="data",
    level=Level.INFO,
    summary="A constraint is dropped and not put back.",
    why=(
        "Whatever reads the table counts on what the constraint promised: a unique constraint carries ON CONFLICT "
        "and single-row look-ups, a check keeps values that code has no branch for away."
    ),
    remedy="Put what is to hold instead into the same file.",
    bad=("ALTER TABLE public.orders DROP CONSTRAINT IF EXISTS orders_total_check;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders\n"
            "    DROP CONSTRAINT IF EXISTS orders_total_check,\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-constraint",),
)
