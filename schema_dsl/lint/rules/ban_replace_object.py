"""CREATE OR REPLACE of an existing view or routine."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.breaking import RemovedObject, find_step_first_line, is_existing_object
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    if step.kind == "view_stmt":
        replaced = RemovedObject("view", tree.view.schemaname, tree.view.relname)
    else:
        replaced = RemovedObject(
            "procedure" if tree.is_procedure else "function", *qualified_name(tree.funcname)
        )
    if tree.replace and is_existing_object(step, replaced):
        span = find_step_first_line(step)
        yield Hit(
            span.start,
            f"this replaces {replaced.kind} {replaced} for all its callers, if it exists",
            span.length,
        )


RULE = Rule(
    name="ban-replace-object",
    group="data",
    level=Level.INFO,
    summary="CREATE OR REPLACE may replace an existing view or function.",
    why=(
        "Callers use the new definition at once, in the middle of a release. CREATE OR REPLACE also makes a script "
        "re-runnable, so this rule is off by default."
    ),
    remedy="Give the new version another name while both releases run.",
    bad=("CREATE OR REPLACE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",),
    good=("CREATE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",),
    kinds=frozenset({"view_stmt", "create_function_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-replace-view-function",),
)
