"""A policy identifies the caller by email address."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_comparisons, reads_claim
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for comparison in find_comparisons(clause):
            if reads_claim(comparison, "email") and comparison.operator == "=":
                yield policy.build_hit(
                    f"{policy} identifies the caller by email address, which the caller can change",
                    clause,
                    comparison.call.node.location,
                )
                break


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Users can change their email address, and a project without email confirmation accepts any address. An "
        "address that one user gives up can later belong to another user. A user id always belongs to the same "
        "user."
    ),
    remedy=(
        "Compare auth.uid() with a column. For an invitation, compare the address only until the invitation is "
        "accepted."
    ),
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.email()) = owner_email);",
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.jwt()) ->> 'email' = owner_email);
        """,
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    platform="supabase",
    policy=_check,
)
