"""A new column, attribute or enum value, which existing clients do not know."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.alter_commands import find_alter_commands, format_relation
from schema_dsl.lint.facts.breaking import RemovedObject, find_step_first_line, is_existing_object
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.kind == "alter_enum_stmt":
        enum = RemovedObject("type", *qualified_name(step.tree.type_name))
        if is_existing_object(step, enum) and not step.tree.old_val:
            span = find_step_first_line(step)
            message = f"existing clients do not know the value '{step.tree.new_val}' of enum {enum}"
            yield Hit(span.start, message, span.length)
    elif enumeration("ObjectType")[step.tree.objtype] == "OBJECT_TYPE":
        kinds = {enumeration("AlterTableType")[node.alter_table_cmd.subtype] for node in step.tree.cmds}
        if "AT_AddColumn" in kinds:
            span = find_step_first_line(step)
            message = f"values of {format_relation(step.tree.relation)} get another attribute"
            yield Hit(span.start, message, span.length)
    else:
        for action in find_alter_commands(step, "AT_AddColumn"):
            yield Hit(
                action.span.start, f"SELECT * from {action.name} returns another column", action.span.length
            )


RULE = Rule(
    name="ban-additions",
    group="data",
    level=Level.INFO,
    summary="A column, an attribute of a composite type, or an enum value is added.",
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
    good=(
        "CREATE TABLE public.tags (id bigint PRIMARY KEY);\nALTER TABLE public.tags ADD COLUMN name text;",
    ),
    kinds=frozenset({"alter_enum_stmt", "alter_table_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-add-*",),
)
