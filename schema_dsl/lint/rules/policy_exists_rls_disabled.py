"""A table has policies, but row level security is not enabled."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[HistoryRelation] = set()
    for policy in policies_of_history(final_state):
        relation = policy.relation
        if (
            relation in reported
            or relation.row_security is not False
            or "row_security" in relation.changed_kinds
        ):
            continue
        reported.add(relation)
        yield policy.build_hit(f"row level security of {relation} is off, so {policy} has no effect")


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "CREATE POLICY does not enable row level security. Until ALTER TABLE ... ENABLE ROW LEVEL SECURITY, "
        "Postgres ignores the policies, and every role with a privilege on the table can access every row."
    ),
    remedy="Enable row level security: ALTER TABLE ... ENABLE ROW LEVEL SECURITY.",
    bad=(
        f"""
            CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL);
            CREATE POLICY own ON public.notes {OWN_ROWS}
        """,
        f"""
            CREATE TABLE public.notes (at date, user_id uuid NOT NULL) PARTITION BY RANGE (at);
            CREATE POLICY own ON public.notes {OWN_ROWS}
        """,
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
    known_as=("splinter: 0007_policy_exists_rls_disabled",),
)
