"""A policy's condition is never true."""

from __future__ import annotations

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import fold_condition
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        if _is_constant(clause):
            continue
        value = fold_condition(clause)
        if is_never_true(value):
            yield policy.build_hit(
                f"the condition of {policy} is never true: the policy {_effect(policy)}", clause
            )


def _effect(policy: PolicyDefinition) -> str:
    return "allows no row" if policy.state.permissive else "rejects every row for every caller"


def _is_constant(clause: PolicyClause) -> bool:
    """Return whether the condition is a constant other than NULL: USING (false) is deliberate."""
    return bool(clause.tree.WhichOneof("node") == "a_const" and not clause.tree.a_const.isnull)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A comparison such as `deleted_at = NULL` is NULL for every row, and a row passes a policy only if the "
        "condition is true. A contradiction such as `1 = 2` is false for every row."
    ),
    remedy="Write IS NULL to test for NULL. Write USING (false) if the policy must allow no row.",
    bad=(
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.uid()) = user_id AND deleted_at = NULL);
        """,
        "CREATE POLICY none ON public.notes FOR SELECT TO authenticated USING (1 = 2);",
        "CREATE POLICY none ON public.notes FOR SELECT TO authenticated USING (NULL);",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        f"{NOTES}CREATE POLICY none ON public.notes FOR SELECT TO authenticated USING (false);",
    ),
    policy=_check,
)
