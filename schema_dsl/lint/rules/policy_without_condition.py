"""A policy has no condition, so it allows nothing."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    if not policy.is_complete or not policy.state.permissive:
        return
    using_actions = [action for action in policy.actions if action != "insert"]
    if using_actions and policy.using is None:
        yield policy.build_hit(
            f"{policy} has no USING, so no role can {format_list(using_actions)} a row",
            remedy="Add USING (...).",
        )
    elif policy.actions == ("insert",) and policy.check is None:
        yield policy.build_hit(
            f"{policy} has no WITH CHECK, so no role can insert a row", remedy="Add WITH CHECK (...)."
        )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A permissive policy without an expression allows no row. It differs from USING (true), which allows every "
        "row."
    ),
    remedy="Add USING (...), or WITH CHECK (...) for INSERT.",
    bad=(
        "CREATE POLICY readable ON public.notes FOR SELECT TO authenticated;",
        "CREATE POLICY anything ON public.notes;",
        "CREATE POLICY insertable ON public.notes FOR INSERT TO authenticated;",
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    policy=_check,
)
