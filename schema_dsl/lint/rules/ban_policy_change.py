"""Row level security of a table that is in use changes."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered, in_use, shown
from schema_dsl.lint.facts.breaking import place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_SWITCHES = {
    "AT_EnableRowSecurity": "switched on",
    "AT_DisableRowSecurity": "switched off",
    "AT_ForceRowSecurity": "forced on the owner",
    "AT_NoForceRowSecurity": "no longer forced on the owner",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.kind == "alter_table_stmt":
        for each in altered(step, *_SWITCHES):
            message = f"row level security of {each.name} is {_SWITCHES[each.kind]}: other rows are seen than before"
            yield Hit(each.place.start, message, each.place.length)
    elif in_use(step, step.tree.table.schemaname, step.tree.table.relname):
        marked = place(step)
        does = "adds to" if step.kind == "create_policy_stmt" else "changes"
        message = f"this {does} what clients may see and write of {shown(step.tree.table)}"
        yield Hit(marked.start, message, marked.length)


RULE = Rule(
    name="ban-policy-change",
    group="data",
    level=Level.INFO,
    summary="A policy is made or changed, or row level security switched, on a table that is in use.",
    why=(
        "Clients see other rows from one moment to the next, without an error: a SELECT that finds nothing "
        "looks like a table that is empty."
    ),
    remedy="Try it as each role before it goes live.",
    bad=(
        "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;",
        "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated USING (author = (SELECT auth.uid()));",
    ),
    good=(
        (
            "CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);\n"
            "ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt", "create_policy_stmt", "alter_policy_stmt"}),
    statement=_check,
    opinion=True,
    known_as=(
        "squawk: ban-create-policy",
        "squawk: ban-alter-policy",
    ),
)
