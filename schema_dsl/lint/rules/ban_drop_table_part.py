"""DROP of an index, trigger, policy, rule or statistics object."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.lint.facts.breaking import find_step_first_line, is_rollback_file
from schema_dsl.lint.facts.recreated import is_recreated
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_KINDS = {
    "OBJECT_INDEX": "index",
    "OBJECT_TRIGGER": "trigger",
    "OBJECT_POLICY": "policy",
    "OBJECT_RULE": "rule",
    "OBJECT_STATISTIC_EXT": "statistics",
}
_KINDS_WITHOUT_TABLE = frozenset({"index", "statistics"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    kind = _KINDS.get(enumeration("ObjectType")[step.tree.remove_type])
    if kind is None or is_rollback_file(step):
        return
    for node in step.tree.objects:
        parts = names(node.list.items)[-1 if kind in _KINDS_WITHOUT_TABLE else -2 :]
        if not is_recreated(step, kind, *parts):
            span = find_step_first_line(step)
            yield Hit(
                span.start,
                f"this drops {kind} {' of '.join(reversed(parts))}, and the file does not recreate it",
                span.length,
            )


RULE = Rule(
    name="ban-drop-table-part",
    group="data",
    level=Level.INFO,
    summary="An index, trigger, policy, rule or statistics object is dropped and not recreated.",
    why=(
        "Without the index, queries scan the table. Without the trigger, the values that it maintains become "
        "stale. Without the policy, callers can access other rows than before."
    ),
    remedy="Before the drop, check what depends on the object.",
    bad=(
        "DROP POLICY IF EXISTS notes_own ON public.notes;",
        "DROP TRIGGER IF EXISTS notes_touch ON public.notes;",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "DROP POLICY IF EXISTS notes_own ON public.notes;\n"
            "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (author = (SELECT auth.uid()));"
        ),
    ),
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    opinion=True,
    known_as=(
        "squawk: ban-drop-index",
        "squawk: ban-drop-trigger",
        "squawk: ban-drop-policy",
    ),
)
