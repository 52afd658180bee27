"""auth.role() compared with what is no role."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.owners import compared_roles
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_KNOWN = frozenset(
    {"anon", "authenticated", "service_role", "authenticator", "postgres", "supabase_admin", "dashboard_user"}
)


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    if "relations" in final_state.schema.doubts:
        return
    for written in policies(final_state):
        for clause in written.clauses:
            for found, role in compared_roles(clause):
                if role not in _KNOWN | set(final_state.schema.roles) and not role.startswith("supabase_"):
                    yield written.placed(
                        f"there is no role {role!r}: a request's role is anon, authenticated or service_role",
                        clause,
                        found.call.node.location,
                    )


RULE = Rule(
    name="policy-unknown-auth-role",
    group="rls",
    level=Level.WARNING,
    summary="A policy compares auth.role() with a role that does not exist.",
    why=(
        "auth.role() is the Postgres role of the request, which PostgREST has to switch to: anon, authenticated or "
        "service_role. What an application calls a role is a claim of its own."
    ),
    remedy="Use a claim of app_metadata, or a table, for the application's roles.",
    bad=(
        "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.role()) = 'admin');",
        (
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'role' IN ('admin', 'editor'));"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
        ),
    ),
    platform="supabase",
    final_state=_check,
)
