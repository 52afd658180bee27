"""Policies that do not hold for those whom they name."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import CLIENTS, memberships, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[HistoryRelation] = set()
    for written in policies(final_state):
        relation = written.relation
        owner = relation.owner
        if owner is None or relation in told or relation.force_row_security is not False:
            continue
        if not relation.row_security:
            continue
        for role in sorted({*written.policy.roles, *(CLIENTS & {owner})}):
            if role == owner or owner in memberships(final_state.schema, role):
                told.add(relation)
                yield written.placed(
                    f"{owner} owns {relation}, so this does not hold for {role}: FORCE is missing"
                )
                break


RULE = Rule(
    name="force-row-security-missing",
    group="rls",
    level=Level.WARNING,
    summary="A table belongs to a role that its policies are for, without FORCE ROW LEVEL SECURITY.",
    why="Row level security does not concern the owner of a table, nor members of that role, unless it is forced.",
    remedy="ALTER TABLE ... FORCE ROW LEVEL SECURITY, or give the table to a role that nobody connects as.",
    bad=(
        (f"{NOTES}ALTER TABLE public.notes OWNER TO authenticated;\nCREATE POLICY own ON public.notes {OWN}"),
    ),
    good=(
        (
            f"{NOTES}ALTER TABLE public.notes OWNER TO authenticated;\n"
            "ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
    ),
    final_state=_check,
)
