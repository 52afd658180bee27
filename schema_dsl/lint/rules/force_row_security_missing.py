"""Policies that do not hold for those whom they name."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import CLIENTS, memberships, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Relation
from schema_dsl.lint.rule import Ending, Placed, Rule


def _check(ending: Ending) -> Iterable[Placed]:
    told: set[Relation] = set()
    for written in policies(ending):
        relation = written.relation
        owner = relation.owner
        if owner is None or relation in told or relation.force_row_security is not False:
            continue
        if not relation.row_security:
            continue
        for role in sorted({*written.policy.roles, *(CLIENTS & {owner})}):
            if role == owner or owner in memberships(ending.schema, role):
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
    ending=_check,
)
