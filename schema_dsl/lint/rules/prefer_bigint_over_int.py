"""Keys that run out of numbers."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, TypedColumn, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.create_table import primary_key
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule

_MOST = {"int4": "2,147,483,647", "int2": "32,767"}


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        # A child has the columns of its parent, where they are told of.
        if relation.kind not in {"table", "partitioned"} or relation.temporary or relation.parents:
            continue
        for column in relation.columns.values():
            if column.type not in _MOST or column.made is None:
                continue
            counted = bool(column.serial or column.identity)
            # The key of a table of years, or of error codes, does not grow.
            numbered = column.type == "int4" and column.name.lower().endswith("id")
            key = numbered and primary_key(relation) == (column.name,)
            told = _told(final_state, relation, column.name) if counted or key else None
            if told is not None:
                most = _MOST[column.type]
                message = f"{column.name} of {relation} ends at {most}: the next INSERT after that fails"
                yield LocatedHit(told.step, Hit(told.place.start, message, told.place.length))


def _told(final_state: FinalState, relation: HistoryRelation, name: str) -> TypedColumn | None:
    made = relation.columns[name].made
    step = final_state.step(made, "create_stmt", "alter_table_stmt")
    if step is None or step.kind not in TYPING:
        return None
    return next((each for each in written(step) if each.name == name), None)


RULE = Rule(
    name="prefer-bigint-over-int",
    group="types",
    level=Level.INFO,
    summary="A key that counts up is integer or smallint instead of bigint.",
    why=(
        "Rolled back and ON CONFLICT inserts use numbers up too, so that a table may run out long before it has as "
        "many rows. Changing the type then rewrites the table, and every table that refers to it, under a lock."
    ),
    remedy="Write bigint for it, and for the columns that refer to it.",
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
