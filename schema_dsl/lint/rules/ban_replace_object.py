"""CREATE OR REPLACE of something that was there before."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import RemovedObject, is_used, place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    if step.kind == "view_stmt":
        found = RemovedObject("view", tree.view.schemaname, tree.view.relname)
    else:
        found = RemovedObject("procedure" if tree.is_procedure else "function", *qualified(tree.funcname))
    if tree.replace and is_used(step, found):
        marked = place(step)
        yield Hit(
            marked.start,
            f"if {found.what} {found} is there, it does something else from here on",
            marked.length,
        )


RULE = Rule(
    name="ban-replace-object",
    group="data",
    level=Level.INFO,
    summary="A view or function may replace one that is in use.",
    why=(
        "Whoever calls it gets the new one at once, in the middle of a release. It is also how a script is "
        "made re-runnable, which is why nothing is said of it unless asked for."
    ),
    remedy="Give the new one a name of its own while both releases run.",
    bad=("CREATE OR REPLACE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",),
    good=("CREATE FUNCTION public.total(id bigint) RETURNS numeric LANGUAGE sql RETURN 1;",),
    kinds=frozenset({"view_stmt", "create_function_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-replace-view-function",),
)
