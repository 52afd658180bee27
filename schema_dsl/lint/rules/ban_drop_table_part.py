"""DROP of what belongs to a table: an index, trigger, policy, rule or statistics."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import place, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.rule import Hit, Rule

_KINDS = {
    "OBJECT_INDEX": "index",
    "OBJECT_TRIGGER": "trigger",
    "OBJECT_POLICY": "policy",
    "OBJECT_RULE": "rule",
    "OBJECT_STATISTIC_EXT": "statistics",
}
_OWN = frozenset({"index", "statistics"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    kind = _KINDS.get(enumeration("ObjectType")[step.tree.remove_type])
    if kind is None or undoes(step):
        return
    for node in step.tree.objects:
        parts = names(node.list.items)[-1 if kind in _OWN else -2 :]
        if not comes_back(step, kind, *parts):
            marked = place(step)
            yield Hit(
                marked.start, f"{kind} {parts[-1]} is dropped, and does no more what it did", marked.length
            )


RULE = Rule(
    name="ban-drop-table-part",
    group="data",
    level=Level.INFO,
    summary="An index, trigger, policy, rule or statistics object is dropped and not made again.",
    why=(
        "Queries that were fast on an index read whole tables, what a trigger kept up to date is not any "
        "more, and what a policy let through or kept back changes."
    ),
    remedy="See what counts on it before it goes.",
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
