"""One person, written into a policy."""

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
                if (
                    found.values
                    and found.operator == "="
                    and any(tells(found, each) for each in ("sub", "email"))
                ):
                    yield written.placed(
                        f"{written} is for {found.values[0]} by name: whoever comes to have that, has the rights",
                        clause,
                        found.call.node.location,
                    )


RULE = Rule(
    name="policy-names-a-user",
    group="rls",
    level=Level.WARNING,
    summary="A policy has the id or the address of a user in it.",
    why=(
        "Rights that stand in a policy change only by a migration, are missing from every other environment, and go on "
        "after the person has gone."
    ),
    remedy="Put who may into a table, or into app_metadata.",
    bad=(
        (
            "CREATE POLICY boss ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = '6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55');"
        ),
        "CREATE POLICY boss ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.email()) IN ('a@b.org'));",
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
)
