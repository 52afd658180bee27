"""A function whose names depend on who calls it."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_routines
from schema_dsl.lint.facts.search_path import looks_up_when_called, path
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, made in made_routines(final_state):
        if not routine.security_definer and looks_up_when_called(routine) and path(routine) is None:
            yield made.hit(f"what the names in {routine.name} mean depends on the search_path of its caller")


RULE = Rule(
    name="function-search-path-mutable",
    group="schema",
    level=Level.INFO,
    summary="A function has no search_path of its own.",
    why=(
        "Its body is text, and names in it are looked up when it is called: in an index, a policy or a trigger it "
        "may find something else, or nothing, as during a restore by pg_dump, whose search_path is empty. It costs: "
        "an SQL function with a setting is no longer inlined."
    ),
    remedy="Add SET search_path = '' and write schemas in the body; or write the body as BEGIN ATOMIC.",
    bad=(
        (
            "CREATE FUNCTION public.slug(title text) RETURNS text\n"
            "    LANGUAGE plpgsql AS 'BEGIN RETURN clean(lower(title)); END';"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION public.slug(title text) RETURNS text\n"
            "    LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN public.clean(lower(title)); END';"
        ),
        "CREATE FUNCTION public.slug(title text) RETURNS text LANGUAGE sql RETURN lower(title);",
    ),
    final_state=_check,
    known_as=("splinter: 0011_function_search_path_mutable",),
)
