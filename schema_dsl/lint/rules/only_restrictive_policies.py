"""All policies of a table are RESTRICTIVE."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.policies import PolicyDefinition, tables_with_known_policies
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, policies in tables_with_known_policies(final_state):
        if relation.row_security and not any(
            policy.state.permissive or _is_constant(policy) for policy in policies
        ):
            yield policies[0].build_hit(
                f"{relation} has only restrictive policies, so clients cannot access any row"
            )


def _is_constant(policy: PolicyDefinition) -> bool:
    """Return whether every condition is a constant, such as USING (false): denying access is intended."""
    return bool(policy.clauses) and all(
        clause.tree.WhichOneof("node") == "a_const" for clause in policy.clauses
    )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A row has to pass at least one permissive policy and all restrictive policies. Without a permissive "
        "policy, no row passes."
    ),
    remedy="Add the permissive policy that the restrictive policies are meant to limit.",
    bad=(
        f"{NOTES}CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
        "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        "CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
        "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
    ),
    final_state=_check,
)
