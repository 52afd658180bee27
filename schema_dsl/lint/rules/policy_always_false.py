"""A policy that lets nobody do anything, and does not look like it."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import comes_to
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.facts.values import fails
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            if _is_said(clause):
                continue
            value = comes_to(clause)
            if fails(value):
                yield written.placed(
                    f"this condition of {written} is never true, for no row and no caller", clause
                )


def _is_said(clause: PolicyClause) -> bool:
    """Whether it is the word false: whoever writes that means it."""
    return bool(clause.tree.WhichOneof("node") == "a_const")


RULE = Rule(
    name="policy-always-false",
    group="rls",
    level=Level.WARNING,
    summary="A policy's condition can never be true.",
    why="`= NULL` is NULL whatever stands before it, and NULL does not pass; nor does what contradicts itself.",
    remedy="Say IS NULL where that is meant; USING (false) where nobody shall pass.",
    bad=(
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id AND deleted_at = NULL);"
        ),
        "CREATE POLICY none ON public.notes FOR SELECT TO authenticated USING (1 = 2);",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        f"{NOTES}CREATE POLICY none ON public.notes FOR SELECT TO authenticated USING (false);",
    ),
    final_state=_check,
)
