"""Rows that may be changed, but not found."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import CLIENTS, PolicyDefinition, by_relation
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, held in by_relation(final_state):
        if not relation.row_security:
            continue
        reading = [each for each in held if "select" in each.actions and each.policy.permissive]
        for written in held:
            actions = {"update", "delete"} & set(written.actions)
            if not actions or not written.for_clients or any(_meet(written, each) for each in reading):
                continue
            who = listed(CLIENTS & set(written.policy.roles))
            yield written.placed(
                f"{who} cannot read any row of {relation}: {listed(actions).upper()} with a WHERE finds none"
            )


def _meet(one: PolicyDefinition, other: PolicyDefinition) -> bool:
    roles = set(one.policy.roles), set(other.policy.roles)
    return "public" in roles[0] | roles[1] or not roles[0].isdisjoint(roles[1])


RULE = Rule(
    name="write-policy-without-select",
    group="rls",
    level=Level.WARNING,
    summary="A policy for UPDATE or DELETE, and none for SELECT, for the same role.",
    why=(
        "An UPDATE or DELETE that reads a column, in WHERE or RETURNING, only finds rows that SELECT policies show. "
        "It succeeds and changes nothing."
    ),
    remedy="Add a policy FOR SELECT with the same condition.",
    bad=(
        f"{NOTES}CREATE POLICY own ON public.notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);",
        f"{NOTES}CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);",
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own_read ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            "CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id);"
        ),
    ),
    final_state=_check,
)
