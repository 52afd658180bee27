"""A policy compares current_user or session_user with a column."""

from __future__ import annotations

from schema_dsl.lint.facts.api import API_SCHEMAS
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_compared_column, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule

# Storage and Realtime connect as PostgREST does.
_SERVED = API_SCHEMAS | {"storage", "realtime"}


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if policy.relation.schema in _SERVED else ():
        for comparison in find_comparisons(clause):
            column = find_compared_column(clause, comparison)
            if comparison.call.identity == "user" and column:
                yield policy.build_hit(
                    f"{comparison.call.display_name} is the same for all users of the API, "
                    f"so a comparison with {column} does not identify the caller",
                    clause,
                    comparison.call.node.location,
                )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "API requests share connections: session_user is always authenticator, and current_user is anon or "
        "authenticated, whichever user is signed in. Only the token identifies the user."
    ),
    remedy="Compare the column with (SELECT auth.uid()).",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (owner_name = current_user);",
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (session_user = owner_name);",
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    platform="supabase",
    policy=_check,
)
