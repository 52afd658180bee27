"""Several policies to be asked where one would do."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import holds
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import PolicyDefinition, policies, shared_roles
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

# Their tables are everybody's: each bucket and each topic has policies of its own.
_SHARED = frozenset({"storage", "realtime"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    earlier: dict[HistoryRelation, list[PolicyDefinition]] = {}
    for written in policies(final_state):
        relation = written.relation
        if not written.whole or not written.policy.permissive or "policies" in relation.doubts:
            continue
        if relation.schema in _SHARED:
            continue
        for other in earlier.setdefault(relation, []):
            roles = shared_roles(final_state, written.policy, other.policy)
            actions = set(written.actions) & set(other.actions)
            if roles and actions and not (_passes_all(written) or _passes_all(other)):
                who = "everybody" if roles == ["public"] else listed(roles)
                yield written.placed(
                    f"for {listed(actions).upper()} by {who}, this and policy {readable(other.policy.name)} "
                    f"are both asked of rows of {relation}"
                )
                break
        earlier[relation].append(written)


def _passes_all(written: PolicyDefinition) -> bool:
    """Whether it is true for every row: `... OR true` is true when a query is planned, and nothing is asked."""
    return bool(written.clauses) and all(holds(each) for each in written.clauses)


RULE = Rule(
    name="multiple-permissive-policies",
    group="rls",
    level=Level.INFO,
    summary="Several permissive policies of a table are for the same role and operation.",
    why=(
        "Permissive policies are joined by OR: a row that fails the first is held against the second. "
        "FOR ALL is for SELECT too, and a policy without TO is for every role."
    ),
    remedy="Join the conditions by OR in one policy, or give each an operation of its own instead of ALL.",
    bad=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY named ON public.notes FOR SELECT TO authenticated USING (body <> '');"
        ),
        (
            f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT USING (body <> '');\n"
            "CREATE POLICY own ON public.notes FOR ALL TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);"
        ),
    ),
    final_state=_check,
    known_as=("splinter: 0006_multiple_permissive_policies",),
)
