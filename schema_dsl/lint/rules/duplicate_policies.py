"""Two policies of a table have the same roles, command and conditions."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history
from schema_dsl.lint.facts.same_expression import normalize_expression
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    by_target: dict[object, list[PolicyDefinition]] = {}
    for policy in policies_of_history(final_state):
        state = policy.state
        if policy.is_complete and "policies" not in policy.relation.changed_kinds:
            key = (policy.relation, state.command, frozenset(state.roles), state.permissive)
            by_target.setdefault(key, []).append(policy)
    for candidates in by_target.values():
        seen: dict[object, PolicyDefinition] = {}
        for policy in candidates if len(candidates) > 1 else ():
            original = seen.setdefault(_normalize_conditions(policy), policy)
            if original is not policy:
                yield policy.build_hit(f"{policy} duplicates policy {display_name(original.state.name)}")


def _normalize_conditions(policy: PolicyDefinition) -> object:
    """Return the comparable USING and WITH CHECK conditions; USING replaces a missing WITH CHECK."""
    changes = not {"update", "insert"}.isdisjoint(policy.actions)
    limit = policy.check or (policy.using if changes else None)
    return tuple(
        normalize_expression(clause.tree) if clause is not None else None for clause in (policy.using, limit)
    )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres evaluates both policies for every row. A change to one policy may have no effect, because the "
        "other policy still applies."
    ),
    remedy="Drop one of them.",
    bad=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        f'CREATE POLICY "Users can read their notes" ON public.notes {OWN_ROWS}'
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
)
