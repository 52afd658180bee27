"""RENAME of an existing object that is neither a table nor a column, such as a function, type or schema."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import (
    find_interchangeable_kind,
    find_renamed_object,
    find_step_first_line,
    is_rollback_file,
)
from schema_dsl.lint.facts.recreated import is_recreated
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_TABLE_KINDS = frozenset({"table", "view", "materialized view", "foreign table"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    renamed = None if is_rollback_file(step) else find_renamed_object(step)
    if (
        renamed is None
        or renamed.kind in _TABLE_KINDS
        or is_recreated(step, find_interchangeable_kind(renamed.kind), renamed.name)
    ):
        return
    span = find_step_first_line(step)
    yield Hit(
        span.start,
        f"queries that use the {renamed.kind} {renamed} by its old name fail after this statement",
        span.length,
    )


RULE = Rule(
    name="renaming-object",
    group="data",
    level=Level.WARNING,
    summary="An existing function, type, sequence or schema is renamed.",
    why=(
        "Views, policies and defaults follow a renamed object, because Postgres stores them as parse trees. Clients "
        "do not, and neither do function bodies: Postgres stores them as text, and their next call fails."
    ),
    remedy="Keep an equivalent object with the old name until nothing uses it.",
    bad=(
        "ALTER FUNCTION public.total(bigint) RENAME TO order_total;",
        "ALTER SCHEMA billing RENAME TO invoices;",
    ),
    good=(
        (
            "BEGIN;\n"
            "ALTER FUNCTION public.total(bigint) RENAME TO order_total;\n"
            "CREATE FUNCTION public.total(id bigint) RETURNS numeric\n"
            "    LANGUAGE sql SET search_path = '' AS 'SELECT public.order_total(id)';\n"
            "COMMIT;"
        ),
    ),
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    known_as=("squawk: renaming-object",),
)
