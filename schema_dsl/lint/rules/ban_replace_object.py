"""CREATE OR REPLACE may replace an existing view or function."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    effect = effects(step.statement)[0]
    replaced = effect.identity
    if effect.verb == "replace" and is_existing_object(step, replaced):
        yield f"this replaces {replaced.kind} {format_object(replaced)} for all its callers, if it exists"


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Callers use the new definition at once, in the middle of a release. CREATE OR REPLACE also makes a script "
        "re-runnable, so this rule is off by default."
    ),
    remedy="Give the new version another name while both releases run.",
    bad="CREATE OR REPLACE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",
    good="CREATE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",
    kinds=frozenset({"view_stmt", "create_function_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-replace-view-function",),
)
