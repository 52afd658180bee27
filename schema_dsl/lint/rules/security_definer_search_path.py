"""A SECURITY DEFINER function has no search_path of its own, or Postgres searches pg_temp before its path."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.facts.search_path import (
    can_temporary_table_shadow,
    names_unqualified_table,
    read_search_path,
    resolves_names_at_call,
)
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        if not (routine.security_definer and resolves_names_at_call(routine)):
            continue
        schemas = read_search_path(routine)
        if schemas is None:
            yield creation.hit(
                f"{routine.name} runs as its owner, but resolves names by the search_path of its caller"
            )
        elif can_temporary_table_shadow(schemas) and names_unqualified_table(final_state.schema, routine):
            yield creation.hit(
                f"{routine.name} runs as its owner, but finds temporary tables of its caller "
                f"before the tables of {schemas[0]}"
            )


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "If a caller creates a table or function of the same name in an earlier schema, the owner reads or runs "
        "that one. Postgres searches pg_temp first for tables and types unless the path names it, and every role "
        "may create temporary tables."
    ),
    remedy="SET search_path = '' and qualify every name in the body. Or list the schemas, with pg_temp last.",
    bad=(
        """
            CREATE FUNCTION public.is_admin(who uuid) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER
                AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';
            REVOKE EXECUTE ON FUNCTION public.is_admin(uuid) FROM PUBLIC;
        """,
        """
            CREATE FUNCTION public.is_admin(who uuid) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
                AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';
            REVOKE EXECUTE ON FUNCTION public.is_admin(uuid) FROM PUBLIC;
        """,
    ),
    good=(
        """
            CREATE FUNCTION private.is_admin(who uuid) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
                AS 'SELECT EXISTS (SELECT FROM public.admins WHERE user_id = who)';
        """,
        """
            CREATE FUNCTION private.is_admin(who uuid) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
                AS 'SELECT EXISTS (SELECT FROM admins WHERE user_id = who)';
        """,
    ),
    final_state=_check,
    known_as=("splinter: 0011_function_search_path_mutable",),
)
