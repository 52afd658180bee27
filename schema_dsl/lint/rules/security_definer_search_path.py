"""A SECURITY DEFINER function whose caller decides what its names mean."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_routines
from schema_dsl.lint.facts.search_path import can_be_shadowed, looks_up_when_called, names_tables_bare, path
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, made in made_routines(final_state):
        if not (routine.security_definer and looks_up_when_called(routine)):
            continue
        schemas = path(routine)
        if schemas is None:
            yield made.hit(
                f"{routine.name} runs with its owner's rights, but finds tables by its caller's search_path"
            )
        elif can_be_shadowed(schemas) and names_tables_bare(routine):
            yield made.hit(
                f"{routine.name} runs with its owner's rights, and finds its caller's temporary tables "
                f"before those of {schemas[0]}"
            )


RULE = Rule(
    name="security-definer-search-path",
    group="schema",
    level=Level.ERROR,
    summary="A SECURITY DEFINER function has no search_path of its own, or one that pg_temp comes before.",
    why=(
        "A caller who puts a table or function of the same name earlier on the path has the owner run or read it. "
        "pg_temp is searched first for tables and types unless it is named, and everybody may make temporary tables."
    ),
    remedy="SET search_path = '' and write schemas in the body; or name the schemas, with pg_temp as the last.",
    bad=(
        (
            "CREATE FUNCTION public.is_admin(who uuid) RETURNS boolean\n"
            "    LANGUAGE sql STABLE SECURITY DEFINER\n"
            "    AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';\n"
            "REVOKE EXECUTE ON FUNCTION public.is_admin(uuid) FROM PUBLIC;"
        ),
        (
            "CREATE FUNCTION public.is_admin(who uuid) RETURNS boolean\n"
            "    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public\n"
            "    AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';\n"
            "REVOKE EXECUTE ON FUNCTION public.is_admin(uuid) FROM PUBLIC;"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION private.is_admin(who uuid) RETURNS boolean\n"
            "    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''\n"
            "    AS 'SELECT EXISTS (SELECT FROM public.admins WHERE user_id = who)';"
        ),
        (
            "CREATE FUNCTION private.is_admin(who uuid) RETURNS boolean\n"
            "    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp\n"
            "    AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';"
        ),
    ),
    final_state=_check,
    known_as=("splinter: 0011_function_search_path_mutable",),
)
