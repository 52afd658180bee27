"""A policy for everybody whose condition is that the caller is service_role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.clauses import PolicyClause, constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.owners import Comparison, compared_roles, comparisons
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses if written.for_clients else ():
            for found, role in _roles(clause):
                if role == "service_role" and found.operator == "=":
                    yield written.placed(
                        f"{written} is for other roles, who never are service_role; and that one needs no policy",
                        clause,
                        found.call.node.location,
                    )


def _roles(clause: PolicyClause) -> Iterator[tuple[Comparison, str]]:
    yield from compared_roles(clause)
    for found in comparisons(clause):
        call = found.call
        by_setting = call.identity == "setting" and constant(call.node.args[0]) == "role"
        if call.identity == "user" or by_setting:
            yield from ((found, name) for name in found.values)


RULE = Rule(
    name="policy-leans-on-service-role",
    group="rls",
    level=Level.WARNING,
    summary="A policy for PUBLIC, anon or authenticated asks whether the caller is service_role.",
    why=(
        "service_role bypasses row level security, so the condition is only ever asked of others: dead weight in "
        "every query of theirs, and everybody's as soon as a claim can be forged."
    ),
    remedy="Drop the condition, or say TO service_role USING (true).",
    bad=(
        "CREATE POLICY service ON public.notes USING ((SELECT auth.role()) = 'service_role');",
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (\n"
            "    (SELECT auth.uid()) = user_id OR (SELECT auth.jwt()) ->> 'role' = 'service_role');"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
    ),
    platform="supabase",
    final_state=_check,
)
