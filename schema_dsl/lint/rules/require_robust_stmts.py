"""A statement fails on a second run."""

from __future__ import annotations

from schema_dsl.analysis.effects import DEFINING_KINDS
from schema_dsl.lint.facts.rerun import find_rerun_hits
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    return () if step.schema.transaction.explicit else find_rerun_hits(step)


RULE = Rule(
    group="script",
    level=Level.INFO,
    why=(
        "After a failure half way, the file cannot be re-run. Many tools run a file in one transaction, or record "
        "how much of it ran, so this rule is off by default."
    ),
    remedy=(
        "Use IF NOT EXISTS or CREATE OR REPLACE, a DROP ... IF EXISTS before the statement, or a DO block with a "
        "check."
    ),
    bad="CREATE TABLE public.tags (id bigint PRIMARY KEY);",
    good="CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",
    kinds=DEFINING_KINDS,
    statement=_check,
    opinion=True,
    known_as=("squawk: prefer-robust-stmts",),
)
