"""The privilege that row level security does not know."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.grants import granted, grantees, grants, listed, named, privileges, told
from schema_dsl.lint.facts.policies import CLIENTS
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for step in grants(final_state):
        roles = CLIENTS & set(grantees(step))
        if not roles or not privileges(step) & {"all", "truncate"}:
            continue
        tables = [each for each in named(final_state, step) if each.kind in {"table", "partitioned"}]
        left = [each for each in tables if granted(each, roles, ("truncate",))]
        if left:
            shown = str(left[0]) if len(left) == 1 else f"{left[0]} and {len(left) - 1} more"
            yield told(step, f"{listed(roles)} may TRUNCATE {shown}: all rows, whatever policies say")


RULE = Rule(
    name="truncate-granted",
    group="rls",
    level=Level.INFO,
    summary="TRUNCATE is granted to anon, authenticated or PUBLIC; GRANT ALL does that.",
    why=(
        "Row level security is about SELECT, INSERT, UPDATE and DELETE. TRUNCATE empties the table without asking it. "
        "The API has no TRUNCATE; whoever gets to the database as one of these roles has."
    ),
    remedy="Grant SELECT, INSERT, UPDATE, DELETE by name.",
    bad=(
        "GRANT ALL ON TABLE public.notes TO authenticated;",
        "GRANT SELECT, TRUNCATE ON public.notes TO anon;",
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
)
