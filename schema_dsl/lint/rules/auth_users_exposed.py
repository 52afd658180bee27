"""Client roles can read auth.users through a view."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import find_created_relation
from schema_dsl.lint.facts.inheritance import filters_by_caller, find_tables_behind, is_security_invoker
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_USERS = ("auth", "users")
_VIEW_KINDS = frozenset({"view", "materialized_view"})


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        created = find_created_relation(final_state, relation) if relation.kind in _VIEW_KINDS else None
        # Client roles have no privilege on auth.users, so a security_invoker view fails for them.
        if (
            created is None
            or is_security_invoker(relation)
            or filters_by_caller(final_state.schema, relation)
        ):
            continue
        if not any(
            source is not None and source.key == _USERS
            for source in find_tables_behind(final_state.schema, relation)
        ):
            continue
        roles = find_client_roles_with(relation, "select")
        if roles:
            yield created.hit(f"{format_roles(roles)} can read the rows of auth.users through {relation}")


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "auth.users holds the email addresses, phone numbers and tokens of all users. A view reads the table with "
        "the privileges of the view's owner, and a materialized view stores a copy of the rows: neither checks the "
        "caller."
    ),
    remedy=(
        "Copy the columns that clients need into a table with row level security, or REVOKE the view from client "
        "roles."
    ),
    bad="""
        CREATE VIEW public.people AS SELECT id, email FROM auth.users;
        GRANT SELECT ON public.people TO authenticated;
    """,
    good="""
        CREATE VIEW public.people WITH (security_invoker = true) AS SELECT id, email FROM auth.users;
        GRANT SELECT ON public.people TO service_role;
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0002_auth_users_exposed",),
)
