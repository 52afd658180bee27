"""A policy that goes by the role of a connection which many share."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import compared_column, comparisons
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for found in comparisons(clause):
                column = compared_column(clause, found)
                if found.call.identity == "user" and column:
                    yield written.placed(
                        f"{found.call.shown} is the same for all users of the API: comparing it with {column} "
                        "tells none from the others",
                        clause,
                        found.call.node.location,
                    )


RULE = Rule(
    name="policy-compares-session-user",
    group="rls",
    level=Level.WARNING,
    summary="A policy compares current_user or session_user with a column.",
    why=(
        "Requests come over shared connections: session_user is authenticator, current_user is anon or authenticated, "
        "whoever is signed in. Who that is stands in the token."
    ),
    remedy="Compare (SELECT auth.uid()).",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (owner_name = current_user);",
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (session_user = owner_name);",
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    platform="supabase",
    final_state=_check,
)
