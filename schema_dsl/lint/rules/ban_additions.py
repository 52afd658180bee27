"""A column, attribute or enum value that clients do not know yet."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered, shown
from schema_dsl.lint.facts.breaking import RemovedObject, is_used, place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.kind == "alter_enum_stmt":
        found = RemovedObject("type", *qualified(step.tree.type_name))
        if is_used(step, found) and not step.tree.old_val:
            marked = place(step)
            message = f"who reads {found} meets '{step.tree.new_val}', which it has never met"
            yield Hit(marked.start, message, marked.length)
    elif enumeration("ObjectType")[step.tree.objtype] == "OBJECT_TYPE":
        kinds = {enumeration("AlterTableType")[each.alter_table_cmd.subtype] for each in step.tree.cmds}
        if "AT_AddColumn" in kinds:
            marked = place(step)
            message = f"every value of {shown(step.tree.relation)} has one attribute more"
            yield Hit(marked.start, message, marked.length)
    else:
        for each in altered(step, "AT_AddColumn"):
            yield Hit(each.place.start, f"SELECT * of {each.name} gives one column more", each.place.length)


RULE = Rule(
    name="ban-additions",
    group="data",
    level=Level.INFO,
    summary="A column, an attribute of a composite type, or an enum value is added.",
    why=(
        "SELECT * and INSERT without a list of columns see the column at once; a client that lists all values "
        "of an enum has no branch for the new one."
    ),
    remedy="Release the clients that know it first.",
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
