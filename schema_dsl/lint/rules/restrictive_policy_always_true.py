"""A restrictive policy that restricts nothing."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import holds
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if written.policy.permissive or not written.whole:
            continue
        if all(holds(each) for each in written.clauses):
            yield written.placed(f"{written} is restrictive, and true for every row: it keeps nothing back")


RULE = Rule(
    name="restrictive-policy-always-true",
    group="rls",
    level=Level.WARNING,
    summary="A RESTRICTIVE policy is true for every row.",
    why="Restrictive policies are joined by AND to the permissive ones. `AND true` changes nothing.",
    remedy="Drop it, or say what it is to forbid.",
    bad=("CREATE POLICY safe ON public.notes AS RESTRICTIVE FOR ALL TO authenticated USING (true);",),
    good=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
        ),
    ),
    final_state=_check,
)
