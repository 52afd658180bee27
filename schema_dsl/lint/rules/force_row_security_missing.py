"""A policy is for the owner of its table, but the table lacks FORCE ROW LEVEL SECURITY."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.policies import CLIENT_ROLES, find_memberships, policies_of_history
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[HistoryRelation] = set()
    for policy in policies_of_history(final_state):
        relation = policy.relation
        owner = relation.owner
        if owner is None or relation in reported or relation.force_row_security is not False:
            continue
        if not relation.row_security:
            continue
        for role in sorted({*policy.state.roles, *(CLIENT_ROLES & {owner})}):
            if role == owner or owner in find_memberships(final_state.schema, role):
                reported.add(relation)
                yield policy.build_hit(
                    f"{policy} does not apply to {role}: "
                    f"{owner} owns {relation}, and FORCE ROW LEVEL SECURITY is missing"
                )
                break


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Row level security does not apply to the owner of a table, nor to members of the owner role, unless it is "
        "forced."
    ),
    remedy="ALTER TABLE ... FORCE ROW LEVEL SECURITY, or change the owner to a role that no client uses.",
    bad=f"{NOTES}ALTER TABLE public.notes OWNER TO authenticated;\nCREATE POLICY own ON public.notes {OWN_ROWS}",
    good=(
        f"{NOTES}ALTER TABLE public.notes OWNER TO authenticated;\n"
        "ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY own ON public.notes {OWN_ROWS}"
    ),
    final_state=_check,
)
