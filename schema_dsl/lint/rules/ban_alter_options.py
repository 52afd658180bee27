"""Options of a function, view, role, database, extension or the server are changed."""

from __future__ import annotations

from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_TARGETS = {
    "alter_role_stmt": "a role",
    "alter_role_set_stmt": "the settings of a role",
    "alter_database_stmt": "a database",
    "alter_database_set_stmt": "the settings of a database",
    "alter_extension_stmt": "the version of an extension",
    "alter_system_stmt": "the settings of the whole server",
}
_VIEW_OPTIONS = frozenset({"AT_SetRelOptions", "AT_ResetRelOptions"})


def _check(step: HistoryStep) -> Hits:
    target = _TARGETS.get(step.kind, "")
    if not target:
        changed = [effect.identity for effect in effects(step.statement) if _changes_options(effect)]
        if changed and is_existing_object(step, changed[0]):
            kind = "view" if changed[0].kind == "view" else "function"
            target = f"{kind} {format_object(changed[0])}"
    if target:
        yield f"this changes {target} for all sessions and callers"


def _changes_options(effect: Effect) -> bool:
    """Return whether a command changes an option of a view, or a statement that of a routine."""
    if effect.command is None:
        return True
    return effect.identity.kind == "view" and effect.command.kind in _VIEW_OPTIONS


RULE = Rule(
    group="data",
    level=Level.INFO,
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
    good="SET statement_timeout = '1s';",
    kinds=frozenset({*_TARGETS, "alter_function_stmt", "alter_table_stmt"}),
    commands=_VIEW_OPTIONS,
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-alter-*",),
)
