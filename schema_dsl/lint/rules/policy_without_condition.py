"""A policy that looks open, and is shut."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if not written.whole or not written.policy.permissive:
            continue
        finding = [each for each in written.actions if each != "insert"]
        if finding and written.using is None:
            yield written.placed(
                f"{written} has no USING: it lets nobody {listed(finding)} a row", remedy="Say USING (...)."
            )
        elif written.actions == ("insert",) and written.check is None:
            yield written.placed(
                f"{written} has no WITH CHECK: it lets nobody insert", remedy="Say WITH CHECK (...)."
            )


RULE = Rule(
    name="policy-without-condition",
    group="rls",
    level=Level.WARNING,
    summary="A policy has no condition, and so lets nobody do anything.",
    why=(
        "A policy without an expression adds nothing to what permissive policies allow, and nothing is allowed. "
        "It is not the same as USING (true)."
    ),
    remedy="Say USING (...), or WITH CHECK (...) for INSERT.",
    bad=(
        "CREATE POLICY readable ON public.notes FOR SELECT TO authenticated;",
        "CREATE POLICY anything ON public.notes;",
        "CREATE POLICY insertable ON public.notes FOR INSERT TO authenticated;",
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
)
