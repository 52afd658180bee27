"""Rows that may be nobody's."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import column_of
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import owners
from schema_dsl.lint.facts.policies import PolicyDefinition, of_table, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

# As the grammar has ON DELETE SET NULL and SET DEFAULT.
_TAKEN_AWAY = frozenset({"n", "d"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[tuple[HistoryRelation, str]] = set()
    for written in policies(final_state):
        relation = written.relation
        if relation.made is None or not _finds(written):
            continue
        for name in sorted(owners(written.using)):
            column = column_of(relation, name)
            if column is None or column.not_null or (relation, name) in told or _is_meant(relation, name):
                continue
            told.add((relation, name))
            others = (each for each in of_table(final_state, relation) if _finds(each))
            if all(name in owners(each.using) for each in others):
                yield written.placed(
                    f"a row of {relation} whose {name} is NULL is nobody's: no user can find it",
                    written.using,
                )


def _finds(written: PolicyDefinition) -> bool:
    return "select" in written.actions and written.policy.permissive


def _is_meant(relation: HistoryRelation, name: str) -> bool:
    """Whether rows are meant to outlive their owner, or something else holds that there is one."""
    if any(each.kind == "check" for each in relation.constraints.values()):
        return True
    return any(
        each.kind == "foreign"
        and name in each.columns
        and each.tree is not None
        and each.tree.fk_del_action in _TAKEN_AWAY
        for each in relation.constraints.values()
    )


RULE = Rule(
    name="nullable-owner-column",
    group="rls",
    level=Level.INFO,
    summary="The column that says whose a row is may be NULL.",
    why=(
        "`(SELECT auth.uid()) = user_id` is NULL where user_id is, so nobody sees the row. A condition that takes NULL "
        "for equal, as IS NOT DISTINCT FROM, gives it to everybody without a user."
    ),
    remedy="Make the column NOT NULL, with the caller as its DEFAULT where that is what is meant.",
    bad=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid, body text);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
)
