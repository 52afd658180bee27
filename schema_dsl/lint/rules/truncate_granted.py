"""TRUNCATE is granted to anon, authenticated or PUBLIC, directly or by GRANT ALL."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import (
    build_statement_hit,
    find_granted_privileges,
    find_granted_tables,
    find_grants,
    format_list,
    list_grantees,
    list_privileges,
)
from schema_dsl.lint.facts.policies import CLIENT_ROLES
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for step in find_grants(final_state):
        roles = CLIENT_ROLES & set(list_grantees(step))
        if not roles or not list_privileges(step) & {"all", "truncate"}:
            continue
        tables = [relation for relation in find_granted_tables(final_state, step) if relation.kind == "table"]
        granted = [table for table in tables if find_granted_privileges(table, roles, ("truncate",))]
        if granted:
            names = str(granted[0]) if len(granted) == 1 else f"{granted[0]} and {len(granted) - 1} more"
            yield build_statement_hit(
                step,
                f"{format_list(roles)} may TRUNCATE {names}, which deletes all rows and ignores policies",
                topic=str(granted[0]) if len(granted) == 1 else "",
            )


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
