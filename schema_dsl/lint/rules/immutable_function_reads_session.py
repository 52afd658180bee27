"""A function said to be IMMUTABLE that looks at who is calling."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import asks_who_calls
from schema_dsl.lint.facts.positions import head, words
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.create_routine import routine
from schema_dsl.lint.history.privileges import matching
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import option_text, options
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    making = step.kind == "create_function_stmt"
    said = options(tree.options if making else tree.actions)
    if not any(name == "volatility" and option_text(value) == "immutable" for name, value in said):
        return
    found = [routine(step.schema, tree, step.moment)] if making else matching(step.schema, tree.func)
    for made in found:
        if asks_who_calls(step.schema, made):
            place = words(step.statement, "immutable") or head(step.statement)
            yield Hit(
                place.start,
                f"{made.name} gives each caller something else, but a plan keeps what it gave the first",
                place.length,
            )


RULE = Rule(
    name="immutable-function-reads-session",
    group="rls",
    level=Level.ERROR,
    summary="An IMMUTABLE function reads the caller's claims or role.",
    why=(
        "A call of an IMMUTABLE function is replaced by its result when a query is planned. A plan that is used again, "
        "of a prepared statement or in PL/pgSQL, then shows the next caller the rows of the one before."
    ),
    remedy="Say STABLE.",
    bad=(
        (
            "CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS\n"
            "    $$ SELECT auth.uid() $$;"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS\n"
            "    $$ SELECT auth.uid() $$;"
        ),
    ),
    kinds=frozenset({"create_function_stmt", "alter_function_stmt"}),
    statement=_check,
)
