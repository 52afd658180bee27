"""A policy of an existing table is created or altered, or row level security is switched."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands, format_relation, is_existing_table
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_SWITCHES = {
    "AT_EnableRowSecurity": "enables row level security on",
    "AT_DisableRowSecurity": "disables row level security on",
    "AT_ForceRowSecurity": "forces row level security for the owner of",
    "AT_NoForceRowSecurity": "no longer forces row level security for the owner of",
}


def _check(step: HistoryStep) -> Hits:
    if step.kind == "alter_table_stmt":
        for action in find_alter_commands(step, *_SWITCHES):
            message = f"this {_SWITCHES[action.kind]} {action.name}, which changes the rows that clients see"
            yield action.span.hit(message)
    elif is_existing_table(step, step.tree.table.schemaname, step.tree.table.relname):
        command = "CREATE POLICY" if step.kind == "create_policy_stmt" else "ALTER POLICY"
        message = (
            f"this {command} changes the rows of {format_relation(step.tree.table)} that clients can access"
        )
        yield message


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Clients see other rows at once, without an error: a SELECT that returns no row looks like an empty table."
    ),
    remedy="Test the change as each role before the release.",
    bad=(
        "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;",
        "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated USING (author = (SELECT auth.uid()));",
    ),
    good="""
        CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);
        ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;
    """,
    kinds=frozenset({"alter_table_stmt", "create_policy_stmt", "alter_policy_stmt"}),
    commands=frozenset(_SWITCHES),
    statement=_check,
    opinion=True,
    known_as=(
        "squawk: ban-create-policy",
        "squawk: ban-alter-policy",
    ),
)
