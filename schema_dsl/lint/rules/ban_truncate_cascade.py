"""TRUNCATE ... CASCADE of an existing table."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.breaking import (
    RemovedObject,
    find_step_first_line,
    is_existing_object,
    is_guarded_by_raise,
)
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if enumeration("DropBehavior")[step.tree.behavior] != "DROP_CASCADE" or is_guarded_by_raise(step):
        return
    nodes = [node.range_var for node in step.tree.relations]
    truncated = [
        node
        for node in nodes
        if is_existing_object(step, RemovedObject("table", node.schemaname, node.relname))
    ]
    if truncated:
        tables = ", ".join(format_relation(node) for node in truncated)
        span = find_step_first_line(step)
        yield Hit(
            span.start,
            f"this empties {tables} and every table with a direct or indirect foreign key to a truncated table",
            span.length,
        )


RULE = Rule(
    name="ban-truncate-cascade",
    group="data",
    level=Level.WARNING,
    summary="TRUNCATE ... CASCADE empties tables that the statement does not name.",
    why=(
        "CASCADE follows foreign keys regardless of their ON DELETE action, even RESTRICT and SET NULL. Row "
        "triggers do not fire, and policies do not apply. A foreign key that is added later extends CASCADE to one "
        "more table."
    ),
    remedy="Name every table to empty, without CASCADE.",
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
