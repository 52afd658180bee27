"""A NOT NULL column of an existing table becomes nullable."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.breaking import is_column_new
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, "AT_DropNotNull"):
        name = action.command.name
        column = None if action.relation is None else action.relation.columns.get(name)
        known_nullable = column is not None and action.relation is not None and action.relation.fully_known
        if known_nullable and column is not None and not column.not_null:
            continue
        if is_column_new(step, action.relation, name) or is_harmless_removal(
            step, action.effects[0].identity
        ):
            continue
        yield action.span.hit(
            f"column {name} of {action.name} becomes nullable, and code that reads the column may not handle NULL"
        )


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Clients, and types that are generated for clients, expect a value. With NULL, comparisons, NOT IN and "
        "arithmetic return NULL without an error, in policies too."
    ),
    remedy="Before the first NULL is written, change all code that reads the column to handle NULL.",
    bad="ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL;",
    good="""
        CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY, note text NOT NULL);
        ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_DropNotNull"}),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-drop-not-null",),
)
