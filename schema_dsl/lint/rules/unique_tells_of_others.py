"""A UNIQUE constraint on a table with an owner column does not include the owner column."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[HistoryRelation] = set()
    for policy in policies_of_history(final_state):
        relation = policy.relation
        owner_columns = find_owner_columns(policy.find_check("insert"))
        if (
            relation in reported
            or not policy.is_for_clients
            or "insert" not in policy.actions
            or not owner_columns
        ):
            continue
        for index in relation.indexes.values():
            is_primary = any(
                constraint.kind == "primary_key" and constraint.name == index.name
                for constraint in relation.constraints.values()
            )
            if index.unique and not is_primary and owner_columns.isdisjoint(index.columns):
                reported.add(relation)
                yield policy.build_hit(
                    f"{index.name} is unique across all users: a failed INSERT reveals a value of another user"
                )
                break


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "A constraint checks all rows, including rows that policies hide. A caller with a duplicate key error "
        "learns that the value exists."
    ),
    remedy="Include the owner column: UNIQUE (user_id, ...), unless the value is public anyway.",
    bad=(
        f"{NOTES}ALTER TABLE public.notes ADD CONSTRAINT notes_body_key UNIQUE (body);\n"
        "CREATE POLICY own ON public.notes FOR INSERT TO authenticated\n"
        "    WITH CHECK ((SELECT auth.uid()) = user_id);"
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
    opinion=True,
)
