"""A statement that fails on a second run."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.rerun import NOT_RERUNNABLE_KINDS, find_marked_span, find_rerun_failures
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.schema.transaction.explicit:
        return
    for failure in find_rerun_failures(step):
        span = find_marked_span(step, failure)
        yield Hit(
            span.start,
            f"{failure.action} {failure.effect}",
            span.length,
            remedy=failure.remedy,
            edits=failure.edits,
        )


RULE = Rule(
    name="require-robust-stmts",
    group="script",
    level=Level.INFO,
    summary="A statement fails on a second run.",
    why=(
        "After a failure half way, the file cannot be re-run. Many tools run a file in one transaction, or record "
        "how much of it ran, so this rule is off by default."
    ),
    remedy=(
        "Use IF NOT EXISTS or CREATE OR REPLACE, a DROP ... IF EXISTS before the statement, or a DO block with a "
        "check."
    ),
    bad=("CREATE TABLE public.tags (id bigint PRIMARY KEY);",),
    good=("CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",),
    kinds=NOT_RERUNNABLE_KINDS,
    statement=_check,
    opinion=True,
    known_as=("squawk: prefer-robust-stmts",),
)
