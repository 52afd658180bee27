"""A view that shows callers their own rows is not a security_barrier view."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import find_created_relation
from schema_dsl.lint.facts.inheritance import filters_by_caller, is_security_barrier, is_security_invoker
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        if relation.kind != "view" or is_security_invoker(relation) or is_security_barrier(relation):
            continue
        creation = find_created_relation(final_state, relation)
        roles = find_client_roles_with(relation, "select") if creation is not None else []
        if creation is not None and roles and filters_by_caller(final_state.schema, relation):
            yield creation.hit(
                f"a query of {format_roles(roles)} on {relation} may evaluate its conditions on other users' rows"
            )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Postgres merges the WHERE of the view with the WHERE of the query, and evaluates the cheapest condition "
        "first. A function of the caller, or an error message, can then reveal rows that the view excludes. The "
        "filters of the API are harmless, but a role that can run SQL can create functions."
    ),
    remedy="CREATE VIEW ... WITH (security_barrier), or security_invoker and policies on its tables.",
    bad="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
        CREATE VIEW public.my_notes AS SELECT id, body FROM public.notes WHERE user_id = (SELECT auth.uid());
        GRANT SELECT ON public.my_notes TO authenticated;
    """,
    good="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
        CREATE VIEW public.my_notes WITH (security_barrier) AS
            SELECT id, body FROM public.notes WHERE user_id = (SELECT auth.uid());
        GRANT SELECT ON public.my_notes TO authenticated;
    """,
    final_state=_check,
)
