"""An existing object moves to another schema."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import sql_words
from schema_dsl.lint.facts.breaking import find_renamed_object, format_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    moved = find_renamed_object(step)
    if moved is not None:
        yield (
            f"{sql_words(moved.kind)} {format_object(moved)} moves to schema {step.tree.newschema}: "
            "queries that use the old name fail"
        )


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Views and policies follow the object; clients, function bodies and search paths do not. An object that "
        "leaves an API schema disappears from the API. An object that enters an API schema is published with its "
        "present privileges."
    ),
    remedy="Leave a view or function under the old name until no client uses the old name.",
    bad=(
        "ALTER TABLE public.orders SET SCHEMA shop;",
        "ALTER FUNCTION public.total(bigint) SET SCHEMA shop;",
    ),
    good="""
        CREATE TABLE public.orders (id bigint PRIMARY KEY);
        CREATE SCHEMA shop;
        ALTER TABLE public.orders SET SCHEMA shop;
    """,
    kinds=frozenset({"alter_object_schema_stmt"}),
    statement=_check,
    known_as=("squawk: ban-set-schema",),
)
