"""Changed options of a function, view, role, database, extension or the server."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.breaking import RemovedObject, find_step_first_line, is_existing_object
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_TARGETS = {
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
    target = _TARGETS.get(step.kind, "")
    if step.kind == "alter_function_stmt":
        function = RemovedObject("function", *qualified_name(tree.func.objname))
        target = f"function {function}" if is_existing_object(step, function) else ""
    elif step.kind == "alter_table_stmt" and enumeration("ObjectType")[tree.objtype] == "OBJECT_VIEW":
        view = RemovedObject("view", tree.relation.schemaname, tree.relation.relname)
        kinds = {enumeration("AlterTableType")[node.alter_table_cmd.subtype] for node in tree.cmds}
        target = (
            f"view {format_relation(tree.relation)}"
            if is_existing_object(step, view) and kinds & _VIEW_OPTIONS
            else ""
        )
    if target:
        span = find_step_first_line(step)
        yield Hit(span.start, f"this changes {target} for all sessions and callers", span.length)


RULE = Rule(
    name="ban-alter-options",
    group="data",
    level=Level.INFO,
    summary="Options of a function, view, role, database, extension or the server are changed.",
    why=(
        "The change affects more than the migration: every new session, every caller, or other databases of the "
        "server."
    ),
    remedy="Set the option where it is needed: with SET LOCAL, or in the function.",
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
