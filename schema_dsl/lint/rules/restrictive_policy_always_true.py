"""A RESTRICTIVE policy is true for every row."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    if policy.state.permissive or not policy.is_complete:
        return
    if all(allows_every_row(clause) for clause in policy.clauses):
        yield policy.build_hit(f"{policy} is restrictive but true for every row, so it restricts nothing")


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why="Postgres joins restrictive policies to the permissive ones with AND. `AND true` changes nothing.",
    remedy="Drop the policy, or write the condition that it must enforce.",
    bad="CREATE POLICY safe ON public.notes AS RESTRICTIVE FOR ALL TO authenticated USING (true);",
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        "CREATE POLICY second_factor ON public.notes AS RESTRICTIVE FOR ALL TO authenticated\n"
        "    USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');"
    ),
    policy=_check,
)
