"""A policy for a role that policies do not concern."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import bypasses, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        roles = written.policy.roles
        if written.whole and roles and all(bypasses(final_state.schema, each) for each in roles):
            yield written.placed(f"row level security is not for {listed(roles)}: {written} is never asked")


RULE = Rule(
    name="policy-for-bypassing-role",
    group="rls",
    level=Level.INFO,
    summary="All the roles of a policy bypass row level security.",
    why=(
        "A role with BYPASSRLS, as service_role on Supabase, does everything without a policy. One for it tells "
        "people what is meant, and holds should the role ever lose the attribute; Postgres does not ask it."
    ),
    remedy="Drop the policy, if it is not there to be read.",
    bad=("CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
    opinion=True,
)
