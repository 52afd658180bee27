"""A view that picks a caller's rows, and lets conditions of the caller's see the others."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made
from schema_dsl.lint.facts.inheritance import is_barrier, is_invoker, picks_rows_of_caller
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        if relation.kind != "view" or is_invoker(relation) or is_barrier(relation):
            continue
        found = made(final_state, relation)
        roles = clients_with(relation, "select") if found is not None else []
        if found is not None and roles and picks_rows_of_caller(final_state.schema, relation):
            yield found.hit(
                f"a condition that {shown(roles)} puts to {relation} may be asked of rows of others first"
            )


RULE = Rule(
    name="view-without-security-barrier",
    group="rls",
    level=Level.INFO,
    summary="A view that shows each caller their own rows is no security_barrier.",
    why=(
        "The WHERE of a view is joined to that of the query, and Postgres asks what costs least first. A function of "
        "the caller's, or an error, then tells of rows that the view leaves out. The API's filters are harmless; "
        "who may write SQL may write functions."
    ),
    remedy="CREATE VIEW ... WITH (security_barrier), or security_invoker and policies.",
    bad=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);\n"
            "CREATE VIEW public.my_notes AS SELECT id, body FROM public.notes WHERE user_id = (SELECT auth.uid());\n"
            "GRANT SELECT ON public.my_notes TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);\n"
            "CREATE VIEW public.my_notes WITH (security_barrier) AS\n"
            "    SELECT id, body FROM public.notes WHERE user_id = (SELECT auth.uid());\n"
            "GRANT SELECT ON public.my_notes TO authenticated;"
        ),
    ),
    final_state=_check,
)
