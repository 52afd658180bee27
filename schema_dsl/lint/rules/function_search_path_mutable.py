"""A function has no search_path setting."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.facts.search_path import read_search_path, resolves_names_at_call
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for routine, created in list_created_routines(final_state):
        if (
            not routine.security_definer
            and read_search_path(routine) is None
            and resolves_names_at_call(routine)
            and not _ends_transactions(routine)
        ):
            yield created.hit(
                f"names in function {routine.name} resolve through the search_path of the caller"
            )


def _ends_transactions(routine: Routine) -> bool:
    """Return whether Postgres would refuse the statements of a procedure with SET: COMMIT and ROLLBACK."""
    nodes = routine.body.code.nodes if routine.body is not None else ()
    return any(node.keyword in {"commit", "rollback"} for node in nodes)


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "Postgres resolves the names in a text body when the function is called. In an index, a policy or a "
        "trigger, a name may resolve to another object or to none, for example during a restore by pg_dump, which "
        "sets an empty search_path. The setting has a cost: Postgres no longer inlines an SQL function that has "
        "one."
    ),
    remedy="Add SET search_path = '' and qualify the names in the body, or write the body as BEGIN ATOMIC.",
    bad="""
        CREATE FUNCTION public.slug(title text) RETURNS text
            LANGUAGE plpgsql AS 'BEGIN RETURN clean(lower(title)); END';
    """,
    good=(
        """
            CREATE FUNCTION public.slug(title text) RETURNS text
                LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN public.clean(lower(title)); END';
        """,
        "CREATE FUNCTION public.slug(title text) RETURNS text LANGUAGE sql RETURN lower(title);",
    ),
    final_state=_check,
    known_as=("splinter: 0011_function_search_path_mutable",),
)
