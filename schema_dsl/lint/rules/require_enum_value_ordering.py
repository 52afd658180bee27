"""A value is added to an enum without BEFORE or AFTER."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    added = effects(step.statement)[0]
    enum_type = added.identity.root
    if added.creates and not step.tree.new_val_neighbor and is_existing_object(step, enum_type):
        name = format_object(enum_type)
        message = f"'{added.identity.name}' sorts after all other values of {name}, permanently"
        yield message


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "ORDER BY, comparisons and indexes use the order of the enum's values, and Postgres cannot move a value. "
        "Without BEFORE or AFTER, the new value comes last. Databases that ran such statements in different orders "
        "then sort the values differently."
    ),
    remedy="Add the position: AFTER 'the last value'.",
    bad="ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';",
    good="ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm' BEFORE 'happy';",
    kinds=frozenset({"alter_enum_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: require-enum-value-ordering",),
)
