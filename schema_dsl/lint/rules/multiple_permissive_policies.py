"""Several permissive policies of a table are for the same role and operation."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import PolicyDefinition, find_shared_roles, policies_of_history
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# All buckets and topics share the tables of these schemas, so several policies are normal.
_SHARED_SCHEMAS = frozenset({"storage", "realtime"})


def _check(final_state: FinalState) -> LocatedHits:
    earlier: dict[HistoryRelation, list[PolicyDefinition]] = {}
    for policy in policies_of_history(final_state):
        relation = policy.relation
        if not policy.is_complete or not policy.state.permissive or "policies" in relation.changed_kinds:
            continue
        if relation.schema in _SHARED_SCHEMAS:
            continue
        for other in earlier.setdefault(relation, []):
            roles = find_shared_roles(final_state, policy.state, other.state)
            actions = set(policy.actions) & set(other.actions)
            if roles and actions and not (_allows_all_rows(policy) or _allows_all_rows(other)):
                commands = format_list([action.upper() for action in actions])
                role_list = "everybody" if roles == ["public"] else format_list(roles)
                yield policy.build_hit(
                    f"for {commands} by {role_list}, Postgres evaluates both this policy and "
                    f"policy {display_name(other.state.name)} on every row of {relation}"
                )
                break
        earlier[relation].append(policy)


def _allows_all_rows(policy: PolicyDefinition) -> bool:
    """Return whether the policy allows every row: the planner folds `... OR true`, so Postgres evaluates nothing."""
    return bool(policy.clauses) and all(allows_every_row(clause) for clause in policy.clauses)


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Postgres combines permissive policies with OR: a row that fails the first policy is checked against the "
        "second. FOR ALL includes SELECT, and a policy without TO applies to every role."
    ),
    remedy="Combine the conditions with OR in one policy, or replace ALL with separate operations.",
    bad=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY named ON public.notes FOR SELECT TO authenticated USING (body <> '');"
        ),
        (
            f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT USING (body <> '');\n"
            "CREATE POLICY own ON public.notes FOR ALL TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        "CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);"
    ),
    final_state=_check,
    known_as=("splinter: 0006_multiple_permissive_policies",),
)
