"""Policies that only forbid."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import PolicyDefinition, by_relation
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, held in by_relation(final_state):
        if relation.row_security and not any(each.policy.permissive or _denies(each) for each in held):
            yield held[0].placed(
                f"{relation} has restrictive policies only: nobody may do anything with its rows"
            )


def _denies(written: PolicyDefinition) -> bool:
    """Whether it says in so many words that nobody shall pass."""
    return bool(written.clauses) and all(
        each.tree.WhichOneof("node") == "a_const" for each in written.clauses
    )


RULE = Rule(
    name="only-restrictive-policies",
    group="rls",
    level=Level.WARNING,
    summary="All policies of a table are RESTRICTIVE.",
    why="A row has to pass one permissive policy and all restrictive ones. Without a permissive policy none passes.",
    remedy="Add the permissive policy that these are to narrow.",
    bad=(
        (
            f"{NOTES}CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
        ),
    ),
    final_state=_check,
)
