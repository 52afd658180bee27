"""All roles of a policy bypass row level security."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import PolicyDefinition, role_bypasses_row_security
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    roles = policy.state.roles
    if (
        policy.is_complete
        and roles
        and all(role_bypasses_row_security(policy.step.schema, role) for role in roles)
    ):
        yield policy.build_hit(
            f"row level security does not apply to {format_list(roles)}, so {policy} has no effect"
        )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "A role with BYPASSRLS, such as service_role on Supabase, can access every row without a policy, and "
        "Postgres does not evaluate policies for it. Such a policy only documents the intent, and takes effect only "
        "if the role loses the attribute."
    ),
    remedy="Drop the policy, unless it documents the intent.",
    bad="CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    policy=_check,
    opinion=True,
)
