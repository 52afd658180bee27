"""A policy compares auth.role() with a role that does not exist."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.owners import find_compared_roles
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# Supabase creates dashboard_user and further supabase_*_admin roles, which the platform does not list.
_UNLISTED_ROLES = ("dashboard_user", "supabase_")


def _check(final_state: FinalState) -> LocatedHits:
    if "relations" in final_state.schema.changed_kinds:
        return
    for policy in policies_of_history(final_state):
        for clause in policy.clauses:
            for comparison, role in find_compared_roles(clause):
                if role not in final_state.schema.roles and not role.startswith(_UNLISTED_ROLES):
                    yield policy.build_hit(
                        f"role {role!r} does not exist: the role of a request is anon, authenticated or service_role",
                        clause,
                        comparison.call.node.location,
                    )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "auth.role() returns the Postgres role that PostgREST sets for the request: anon, authenticated or "
        "service_role. The roles of an application, such as admin, are not Postgres roles and need a claim of their "
        "own."
    ),
    remedy="Store the roles of the application in a claim of app_metadata, or in a table.",
    bad=(
        "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.role()) = 'admin');",
        """
            CREATE POLICY admins ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.jwt()) ->> 'role' IN ('admin', 'editor'));
        """,
    ),
    good=(
        f"{NOTES}CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
        "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
    ),
    platform="supabase",
    final_state=_check,
)
