"""A policy contains the id or email address of a user."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_comparisons, reads_claim
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for comparison in find_comparisons(clause):
            if (
                comparison.values
                and comparison.operator == "="
                and any(reads_claim(comparison, claim) for claim in ("sub", "email"))
            ):
                yield policy.build_hit(
                    f"{policy} names user {comparison.values[0]}: anyone who gets this id or address gets access",
                    clause,
                    comparison.call.node.location,
                )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Access that a policy hard-codes changes only by a migration, is missing from every other environment, and "
        "remains after the user leaves."
    ),
    remedy="Store the users with access in a table, or in app_metadata.",
    bad=(
        """
            CREATE POLICY boss ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.uid()) = '6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55');
        """,
        "CREATE POLICY boss ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.email()) IN ('a@b.org'));",
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    policy=_check,
)
