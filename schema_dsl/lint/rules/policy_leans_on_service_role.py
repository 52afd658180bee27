"""A policy for everybody whose condition is that the caller is service_role."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.owners import compared_roles
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule


def _check(ending: Ending) -> Iterable[Placed]:
    for written in policies(ending):
        for clause in written.clauses if written.for_clients else ():
            for found, role in compared_roles(clause):
                if role == "service_role" and found.operator == "=":
                    yield written.placed(
                        f"{written} is for other roles, who never are service_role; and that one needs no policy",
                        clause,
                        found.call.node.location,
                    )


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
    ending=_check,
)
