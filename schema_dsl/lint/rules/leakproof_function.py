"""A function that is shown the rows which policies hide."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import head, words
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import option_text, options, qualified
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    making = step.kind == "create_function_stmt"
    said = options(step.tree.options if making else step.tree.actions)
    if any(name == "leakproof" and option_text(value) == "true" for name, value in said):
        place = words(step.statement, "leakproof") or head(step.statement)
        named = step.tree.funcname if making else step.tree.func.objname
        yield Hit(
            place.start,
            f"{qualified(named)[1]} may be called with the rows that policies hide, before they hide them",
            place.length,
        )


RULE = Rule(
    name="leakproof-function",
    group="rls",
    level=Level.WARNING,
    summary="A function is said to be LEAKPROOF.",
    why=(
        "Postgres asks policies before anything that a caller wrote, unless it is LEAKPROOF. An error or a notice of "
        "such a function then tells what is in hidden rows. Only a superuser may say it."
    ),
    remedy="Leave LEAKPROOF out, if the function can fail or say anything about what it is given.",
    bad=(
        (
            "CREATE FUNCTION public.is_short(body text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF\n"
            "    SET search_path = '' AS\n"
            "    $$ BEGIN IF body IS NULL THEN RAISE NOTICE 'none'; END IF; RETURN length(body) < 9; END $$;"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION public.is_short(body text) RETURNS boolean LANGUAGE sql IMMUTABLE\n"
            "    SET search_path = '' AS $$ SELECT length(body) < 9 $$;"
        ),
    ),
    kinds=frozenset({"create_function_stmt", "alter_function_stmt"}),
    statement=_check,
)
