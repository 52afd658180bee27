"""An IMMUTABLE function reads the claims, the role or a setting of its caller."""

from __future__ import annotations

from schema_dsl.analysis.trees import find_option, option_text
from schema_dsl.lint.facts.bodies import reads_identity_or_role
from schema_dsl.lint.facts.positions import find_first_line, find_words
from schema_dsl.lint.history.create_routine import build_routine
from schema_dsl.lint.history.privileges import find_matching_routines
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    tree = step.tree
    is_create = step.kind == "create_function_stmt"
    volatility = find_option(tree.options if is_create else tree.actions, "volatility")
    if volatility is None or option_text(volatility) != "immutable":
        return
    routines = (
        [build_routine(step.schema, step.statement, step.position)]
        if is_create
        else find_matching_routines(step.schema, tree.func)
    )
    for routine in routines:
        if reads_identity_or_role(step.schema, routine):
            span = find_words(step.statement, "immutable") or find_first_line(step.statement)
            yield span.hit(
                f"the function {routine.name} reads the claims, the role or a setting of its caller, "
                "but a cached plan returns the first caller's result to every later caller"
            )


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "Postgres replaces the call of an IMMUTABLE function with its result when it plans a query. A cached plan, "
        "of a prepared statement or in PL/pgSQL, then shows the next caller the rows of the previous caller."
    ),
    remedy="Declare the function STABLE.",
    bad="""
        CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS
            $$ SELECT auth.uid() $$;
    """,
    good="""
        CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS
            $$ SELECT auth.uid() $$;
    """,
    kinds=frozenset({"create_function_stmt", "alter_function_stmt"}),
    statement=_check,
)
