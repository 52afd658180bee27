"""TRUNCATE is granted to anon, authenticated or PUBLIC, directly or by GRANT ALL."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import build_grant_hit, find_grants_to, format_list
from schema_dsl.lint.facts.policies import CLIENT_ROLES
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for step, roles, tables in find_grants_to(final_state, CLIENT_ROLES, {"all", "truncate"}, {"table"}):
        message = f"{format_list(roles)} may TRUNCATE {{}}, which deletes all rows and ignores policies"
        yield build_grant_hit(step, message, tables)


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Row level security applies to SELECT, INSERT, UPDATE and DELETE. TRUNCATE ignores policies and deletes "
        "every row. The API offers no TRUNCATE, but a role with a direct database connection can run it."
    ),
    remedy="Grant SELECT, INSERT, UPDATE and DELETE by name.",
    bad=(
        "GRANT ALL ON TABLE public.notes TO authenticated;",
        "GRANT SELECT, TRUNCATE ON public.notes TO anon;",
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
)
