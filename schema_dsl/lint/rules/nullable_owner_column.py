"""Rows that may be nobody's."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import column_of
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import owners
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Relation
from schema_dsl.lint.rule import Ending, Placed, Rule

# As the grammar has ON DELETE SET NULL and SET DEFAULT.
_TAKEN_AWAY = frozenset({"n", "d"})


def _check(ending: Ending) -> Iterable[Placed]:
    told: set[tuple[Relation, str]] = set()
    for written in policies(ending):
        relation = written.relation
        for clause in written.clauses:
            for name in sorted(owners(clause)):
                column = column_of(relation, name)
                if relation.made is None or column is None or column.not_null or (relation, name) in told:
                    continue
                if not _is_meant(relation, name):
                    told.add((relation, name))
                    yield written.placed(
                        f"a row of {relation} whose {name} is NULL is nobody's: no user can find it", clause
                    )


def _is_meant(relation: Relation, name: str) -> bool:
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
    remedy="Make the column NOT NULL, DEFAULT auth.uid() where that is what is meant.",
    bad=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid, body text);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    ending=_check,
)
