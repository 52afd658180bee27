"""Policies that are asked by nobody."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[HistoryRelation] = set()
    for written in policies(final_state):
        relation = written.relation
        if relation in told or relation.row_security is not False or "row_security" in relation.doubts:
            continue
        told.add(relation)
        yield written.placed(f"row level security of {relation} is off: {written} keeps nothing back")


RULE = Rule(
    name="policy-exists-rls-disabled",
    group="rls",
    level=Level.ERROR,
    summary="A table has policies, but row level security is not enabled.",
    why="CREATE POLICY does not turn row level security on. Until ENABLE ROW LEVEL SECURITY every row is shown.",
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY.",
    bad=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL);\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
        (
            "CREATE TABLE public.notes (at date, user_id uuid NOT NULL) PARTITION BY RANGE (at);\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
    known_as=("splinter: 0007_policy_exists_rls_disabled",),
)
