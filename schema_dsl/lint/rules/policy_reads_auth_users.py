"""A policy for anon, authenticated or PUBLIC reads auth.users."""

from __future__ import annotations

from schema_dsl.lint.facts.clauses import find_relations_read
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.grants import find_privileges
from schema_dsl.lint.facts.policies import CLIENT_ROLES, PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if not CLIENT_ROLES.isdisjoint(policy.state.roles) else ():
        for location, relation in find_relations_read(clause, as_caller=True):
            is_granted = any("select" in find_privileges(relation, role) for role in CLIENT_ROLES)
            if relation.key == ("auth", "users") and not is_granted:
                yield policy.build_hit(
                    f"the caller has no SELECT privilege on auth.users, so every query under {policy} fails",
                    clause,
                    location,
                )


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "Postgres reads the tables in a policy with the privileges of the caller, and the API roles have none on "
        'auth.users. Every query fails with "permission denied for table users".'
    ),
    remedy=(
        "Read the claim from the token, (SELECT auth.jwt()), or call a SECURITY DEFINER function in a private "
        "schema."
    ),
    bad="""
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (EXISTS (
            SELECT FROM auth.users u WHERE u.id = (SELECT auth.uid()) AND u.email = notes.body));
    """,
    good=(
        f"{NOTES}CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
        "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
    ),
    platform="supabase",
    policy=_check,
)
