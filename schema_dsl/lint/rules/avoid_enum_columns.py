"""A column has an enum type."""

from __future__ import annotations

from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, TypedColumn, list_typed_columns
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _is_enum(column: TypedColumn) -> bool:
    user_type = column.step.schema.find_user_type(column.element)
    return user_type is not None and user_type.kind == "enum"


def _check(step: HistoryStep) -> Hits:
    for column in list_typed_columns(step):
        if _is_enum(column):
            yield column.span.hit(
                f"column {column.name} of {column.table} has the enum type {column.element}: "
                "enum values can be added, but not removed"
            )


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "An enum value can be neither removed nor moved, and a new value cannot be used in the transaction that "
        "adds it. Changing the column to another type rewrites the table. A CHECK on a text column, or a lookup "
        "table with a foreign key, can be changed like any other object."
    ),
    remedy="Use text with CHECK (name IN (...)), or a lookup table and a foreign key.",
    bad="""
        CREATE TYPE public.mood AS ENUM ('sad', 'happy');
        CREATE TABLE public.orders (id bigint PRIMARY KEY, mood public.mood);
    """,
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, mood text CHECK (mood IN ('sad', 'happy')));",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    opinion=True,
    known_as=("eugene: W13",),
)
