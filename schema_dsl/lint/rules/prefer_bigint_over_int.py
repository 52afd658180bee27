"""A growing key is integer or smallint instead of bigint."""

from __future__ import annotations

from schema_dsl.lint.facts.typed_columns import TYPING_KINDS, TypedColumn, list_typed_columns
from schema_dsl.lint.history.constraints import find_primary_key
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHit, LocatedHits, Rule

_MAXIMUM = {"int4": "2,147,483,647", "int2": "32,767"}


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        # A child inherits its columns, and the rule reports them on the parent.
        if relation.kind != "table" or relation.temporary or relation.parents:
            continue
        for column in relation.columns.values():
            if column.type not in _MAXIMUM or column.created_at is None:
                continue
            has_sequence = column.owns_sequence
            # A key without a name in id, such as a year or an error code, does not grow.
            is_named_id = column.type == "int4" and column.name.lower().endswith("id")
            is_key = is_named_id and find_primary_key(relation) == (column.name,)
            typed = _find_typed_column(final_state, relation, column.name) if has_sequence or is_key else None
            if typed is not None:
                maximum = _MAXIMUM[column.type]
                message = f"the maximum of {column.name} of {relation} is {maximum}: the next INSERT after that fails"
                yield LocatedHit(typed.step, typed.span.hit(message))


def _find_typed_column(final_state: FinalState, relation: HistoryRelation, name: str) -> TypedColumn | None:
    created = relation.columns[name].created_at
    step = final_state.step(created, "create_stmt", "alter_table_stmt")
    if step is None or step.kind not in TYPING_KINDS:
        return None
    return next((column for column in list_typed_columns(step) if column.name == name), None)


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "Rolled-back inserts and ON CONFLICT also consume numbers, so a table can run out of them long before it "
        "has that many rows. Changing the type then rewrites the table, and every table that references it, under a "
        "lock."
    ),
    remedy="Use bigint for the key, and for the columns that reference it.",
    bad=(
        "CREATE TABLE public.orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
        "CREATE TABLE public.orders (id int PRIMARY KEY);",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, number smallint GENERATED ALWAYS AS IDENTITY);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
        "CREATE TABLE public.order_lines (order_id bigint, line smallint, PRIMARY KEY (order_id, line));",
        "CREATE TABLE public.years (year integer PRIMARY KEY);",
    ),
    final_state=_check,
    known_as=("squawk: prefer-bigint-over-int", "squawk: prefer-bigint-over-smallint"),
)
