"""A policy that looks into auth.users, which callers may not."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import read_in
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.grants import held_on
from schema_dsl.lint.facts.policies import CLIENTS, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses if not CLIENTS.isdisjoint(written.policy.roles) else ():
            for location, relation in read_in(clause, as_caller=True):
                may = any("select" in held_on(relation, role) for role in CLIENTS)
                if relation.key == ("auth", "users") and not may:
                    yield written.placed(
                        f"the caller may not read auth.users: every query under {written} fails",
                        clause,
                        location,
                    )


RULE = Rule(
    name="policy-reads-auth-users",
    group="rls",
    level=Level.ERROR,
    summary="A policy for anon, authenticated or PUBLIC reads auth.users.",
    why=(
        "What a policy reads is read with the caller's privileges, and the API's roles have none on auth.users: "
        '"permission denied for table users".'
    ),
    remedy="Take it from the token, (SELECT auth.jwt()), or from a SECURITY DEFINER function in a private schema.",
    bad=(
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM auth.users u WHERE u.id = (SELECT auth.uid()) AND u.email = notes.body));"
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
