"""A policy for PUBLIC, anon or authenticated tests whether the caller is service_role."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.clauses import PolicyClause, read_constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.owners import Comparison, find_compared_roles, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if policy.is_for_clients else ():
        for comparison, role in _find_role_tests(clause):
            if role == "service_role" and comparison.operator == "=":
                yield policy.build_hit(
                    f"{policy} tests for service_role, but policies never apply to service_role",
                    clause,
                    comparison.call.node.location,
                )


def _find_role_tests(clause: PolicyClause) -> Iterator[tuple[Comparison, str]]:
    yield from find_compared_roles(clause)
    for comparison in find_comparisons(clause):
        call = comparison.call
        by_setting = call.identity == "setting" and _names_role(call.node)
        if call.identity == "user" or by_setting:
            yield from ((comparison, name) for name in comparison.values)


def _names_role(call: Node) -> bool:
    """Return whether a call of current_setting() reads the setting role."""
    return any(read_constant(name) == "role" for name in call.args[:1])


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "service_role bypasses row level security, so Postgres evaluates the condition only for other roles. The "
        "condition costs time in all of their queries, and lets in every caller with a forged role claim."
    ),
    remedy=(
        "Delete this comparison from the condition. If nothing remains, drop the policy: service_role bypasses row "
        "level security."
    ),
    bad=(
        "CREATE POLICY service ON public.notes USING ((SELECT auth.role()) = 'service_role');",
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (
                (SELECT auth.uid()) = user_id OR (SELECT auth.jwt()) ->> 'role' = 'service_role');
        """,
    ),
    good=f"{NOTES}CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
    platform="supabase",
    policy=_check,
)
