"""Options of functions, views, roles, databases, extensions or the server change."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.breaking import RemovedObject, is_used, place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.rule import Hit, Rule

_WHAT = {
    "alter_role_stmt": "a role",
    "alter_role_set_stmt": "the settings of a role",
    "alter_database_stmt": "a database",
    "alter_database_set_stmt": "the settings of a database",
    "alter_extension_stmt": "the version of an extension",
    "alter_system_stmt": "the settings of the whole server",
}
_VIEW_OPTIONS = frozenset({"AT_SetRelOptions", "AT_ResetRelOptions"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    what = _WHAT.get(step.kind, "")
    if step.kind == "alter_function_stmt":
        found = RemovedObject("function", *qualified(tree.func.objname))
        what = f"function {found}" if is_used(step, found) else ""
    elif step.kind == "alter_table_stmt" and enumeration("ObjectType")[tree.objtype] == "OBJECT_VIEW":
        view = RemovedObject("view", tree.relation.schemaname, tree.relation.relname)
        kinds = {enumeration("AlterTableType")[each.alter_table_cmd.subtype] for each in tree.cmds}
        what = f"view {shown(tree.relation)}" if is_used(step, view) and kinds & _VIEW_OPTIONS else ""
    if what:
        marked = place(step)
        yield Hit(marked.start, f"this changes {what} for everybody who uses it", marked.length)


RULE = Rule(
    name="ban-alter-options",
    group="data",
    level=Level.INFO,
    summary="Options of a function, view, role, database, extension or the server are changed.",
    why=(
        "Such a setting acts at a distance: on every session that starts from then on, on every caller, on "
        "other databases of the server."
    ),
    remedy="Set it where it is needed: SET LOCAL, or in the function itself.",
    bad=(
        "ALTER ROLE authenticated SET statement_timeout = '1s';",
        "ALTER FUNCTION public.total(bigint) SECURITY DEFINER;",
        "ALTER VIEW public.totals RESET (security_invoker);",
    ),
    good=("SET statement_timeout = '1s';",),
    kinds=frozenset(
        {
            "alter_function_stmt",
            "alter_table_stmt",
            "alter_role_stmt",
            "alter_role_set_stmt",
            "alter_database_stmt",
            "alter_database_set_stmt",
            "alter_extension_stmt",
            "alter_system_stmt",
        }
    ),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-alter-*",),
)
