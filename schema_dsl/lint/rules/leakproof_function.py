"""A function is declared LEAKPROOF."""

from __future__ import annotations

from schema_dsl.analysis.trees import find_option, option_text, qualified_name
from schema_dsl.lint.facts.positions import find_first_line, find_words
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    is_create = step.kind == "create_function_stmt"
    leakproof = find_option(step.tree.options if is_create else step.tree.actions, "leakproof")
    if leakproof is not None and option_text(leakproof) == "true":
        span = find_words(step.statement, "leakproof") or find_first_line(step.statement)
        function_name = step.tree.funcname if is_create else step.tree.func.objname
        yield span.hit(
            f"Postgres may call function {qualified_name(function_name)[1]} for a row before a policy hides the row"
        )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres evaluates policies before the functions of a query, except LEAKPROOF functions. An error or a "
        "notice of such a function reveals values of hidden rows. Only a superuser can declare a function "
        "LEAKPROOF."
    ),
    remedy="Remove LEAKPROOF if the function can fail, or report anything about its arguments.",
    bad="""
        CREATE FUNCTION public.is_short(body text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF
            SET search_path = '' AS
            $$ BEGIN IF body IS NULL THEN RAISE NOTICE 'none'; END IF; RETURN length(body) < 9; END $$;
    """,
    good="""
        CREATE FUNCTION public.is_short(body text) RETURNS boolean LANGUAGE sql IMMUTABLE
            SET search_path = '' AS $$ SELECT length(body) < 9 $$;
    """,
    kinds=frozenset({"create_function_stmt", "alter_function_stmt"}),
    statement=_check,
)
