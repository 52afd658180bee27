"""An existing column is dropped, with its values."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.breaking import find_readded_column, is_column_new, is_guarded_by_raise
from schema_dsl.lint.facts.file_names import is_name_reused
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import Node


def _check(step: HistoryStep) -> Hits:
    if is_guarded_by_raise(step):
        return
    for action in find_alter_commands(step, "AT_DropColumn"):
        name = action.command.name
        if is_column_new(step, action.relation, name):
            continue
        column = None if action.relation is None else action.relation.columns.get(name)
        computed = column is not None and column.generated
        values = "its generated values" if computed else "all its values"
        identity = action.effects[0].identity
        added = find_readded_column(step, identity)
        if added is None and is_name_reused(step, identity):
            effect = "the column that the file renames to it has its own values"
        elif added is None:
            effect = "queries that name the column fail"
        elif computed and _is_generated(added):
            # Postgres computes the values again.
            continue
        else:
            effect = "the column that the file adds again starts without them"
        yield action.span.hit(f"this drops column {name} of {action.name} with {values}; {effect}")


def _is_generated(column: Node) -> bool:
    return any(constraint_kind(wrapped.constraint.contype) == "expression" for wrapped in column.constraints)


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "After the commit, only a backup restores the values. Postgres also drops the indexes and constraints of "
        "the column without a notice. A client that still names the column fails."
    ),
    remedy=(
        "Drop the column one release after the last code that uses it, or in a DO block that raises an exception "
        "if the column holds values."
    ),
    bad="ALTER TABLE public.orders DROP COLUMN IF EXISTS note;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM public.orders WHERE note IS NOT NULL) THEN
                RAISE EXCEPTION 'orders.note still holds values';
            END IF;
            ALTER TABLE public.orders DROP COLUMN note;
        END
        $$;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_DropColumn"}),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-drop-column", "atlas: DS103"),
)
