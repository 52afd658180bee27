"""A policy that goes by the caller's address."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import comparisons, tells
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for found in comparisons(clause):
                if tells(found, "email") and found.operator == "=":
                    yield written.placed(
                        f"{written} goes by the caller's email address, which the caller can change",
                        clause,
                        found.call.node.location,
                    )
                    break


RULE = Rule(
    name="policy-trusts-email",
    group="rls",
    level=Level.INFO,
    summary="A policy decides by the caller's email address.",
    why=(
        "Users change their address, and a project that does not confirm addresses takes any. An address that is "
        "given up may come to belong to somebody else; a user's id never does."
    ),
    remedy="Compare auth.uid() with a column; of an invitation, take the address only until it is accepted.",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.email()) = owner_email);",
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'email' = owner_email);"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    platform="supabase",
    final_state=_check,
)
