"""A column, an attribute of a composite type, or an enum value is added."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.alter_commands import find_alter_commands, format_relation
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    if step.kind == "alter_enum_stmt":
        added = effects(step.statement)[0]
        enum = added.identity.root
        if added.creates and is_existing_object(step, enum):
            span = find_first_line(step.statement)
            message = f"existing clients do not know the value '{added.identity.name}' of enum {format_object(enum)}"
            yield span.hit(message)
    elif any(effect.creates and effect.identity.kind == "attribute" for effect in effects(step.statement)):
        span = find_first_line(step.statement)
        message = f"values of {format_relation(step.tree.relation)} get another attribute"
        yield span.hit(message)
    else:
        for action in find_alter_commands(step, "AT_AddColumn"):
            yield action.span.hit(f"SELECT * from {action.name} returns another column")


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "SELECT * and INSERT without a column list include the new column at once. A client that handles every "
        "value of an enum has no branch for the new value."
    ),
    remedy="First release clients that handle the addition.",
    bad=(
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;",
        "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm' AFTER 'happy';",
        "ALTER TYPE public.address ADD ATTRIBUTE country text;",
    ),
    good="""
        CREATE TABLE public.tags (id bigint PRIMARY KEY);
        ALTER TABLE public.tags ADD COLUMN name text;
    """,
    kinds=frozenset({"alter_enum_stmt", "alter_table_stmt"}),
    commands=frozenset({"AT_AddColumn"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-add-*",),
)
