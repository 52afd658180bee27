"""A column is varchar(n) instead of text."""

from __future__ import annotations

from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_columns_of
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    limited = [column for column in find_columns_of(step, "varchar") if column.modifiers]
    if limited:
        # One finding for all columns of the statement: a table often has many of them.
        limits = (
            "has a length limit in its type" if len(limited) == 1 else "have length limits in their types"
        )
        names = format_list(column.name for column in limited)
        yield limited[0].span.hit(
            f"{names} of {limited[0].table} {limits}: a different limit changes the type",
            topic=limited[0].table,
        )


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "varchar(n) and text are stored the same way and are equally fast. A lower limit rewrites the table, and "
        "Postgres cannot change the type of a column that a view uses. A CHECK constraint can be replaced without "
        "either."
    ),
    remedy="Use text, with CHECK (char_length(name) <= n) if a limit is needed.",
    bad="CREATE TABLE public.orders (id bigint PRIMARY KEY, state varchar(20));",
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, state text CHECK (char_length(state) <= 20));",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("squawk: prefer-text-field",),
)
