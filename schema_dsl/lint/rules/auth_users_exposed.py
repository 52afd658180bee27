"""auth.users, readable through something in the API."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made
from schema_dsl.lint.facts.inheritance import behind, is_invoker, picks_rows_of_caller
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_USERS = ("auth", "users")
_KINDS = frozenset({"view", "materialized view"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        found = made(final_state, relation) if relation.kind in _KINDS else None
        # Nobody else may read auth.users, so that with security_invoker the view only fails.
        if found is None or is_invoker(relation) or picks_rows_of_caller(final_state.schema, relation):
            continue
        if not any(each is not None and each.key == _USERS for each in behind(final_state.schema, relation)):
            continue
        roles = clients_with(relation, "select")
        if roles:
            yield found.hit(f"{shown(roles)} may read the rows of auth.users through {relation}")


RULE = Rule(
    name="auth-users-exposed",
    group="schema",
    level=Level.ERROR,
    summary="Clients of the API can read auth.users through a view.",
    why=(
        "The table auth.users holds addresses, telephone numbers and tokens of all users. A view reads it with its "
        "owner's privileges, and a materialized view has them copied: neither asks who is looking."
    ),
    remedy="Copy what may be seen into a table of its own, with row level security; or REVOKE the view from clients.",
    bad=(
        (
            "CREATE VIEW public.people AS SELECT id, email FROM auth.users;\n"
            "GRANT SELECT ON public.people TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE VIEW public.people WITH (security_invoker = true) AS SELECT id, email FROM auth.users;\n"
            "GRANT SELECT ON public.people TO service_role;"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0002_auth_users_exposed",),
)
