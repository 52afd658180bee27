"""An index, trigger, policy, rule or statistics object is dropped and not recreated."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.effects.names import local_name
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_KINDS = frozenset({"index", "trigger", "policy", "rule", "statistics"})


def _check(step: HistoryStep) -> Hits:
    for effect in effects(step.statement):
        dropped = effect.identity
        if dropped.kind not in _KINDS or is_harmless_removal(step, dropped):
            continue
        kind, *parts = local_name(dropped)
        yield f"this drops {kind} {' of '.join(reversed(parts))}, and the file does not recreate it"


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Without the index, queries scan the table. Without the trigger, the values that it maintains become "
        "stale. Without the policy, callers can access other rows than before."
    ),
    remedy="Before the drop, check what depends on the object.",
    bad=(
        "DROP POLICY IF EXISTS notes_own ON public.notes;",
        "DROP TRIGGER IF EXISTS notes_touch ON public.notes;",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        DROP POLICY IF EXISTS notes_own ON public.notes;
        CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated
            USING (author = (SELECT auth.uid()));
    """,
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    decided=True,
    opinion=True,
    known_as=(
        "squawk: ban-drop-index",
        "squawk: ban-drop-trigger",
        "squawk: ban-drop-policy",
    ),
)
