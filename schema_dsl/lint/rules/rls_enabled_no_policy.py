"""A table is granted to client roles and has row level security, but no policy."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import (
    build_statement_hit,
    find_granted_privileges,
    find_last_grant,
    format_list,
)
from schema_dsl.lint.facts.policies import CLIENT_ROLES, are_policies_known
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_ROWS = ("select", "insert", "update", "delete")


def _check(final_state: FinalState) -> LocatedHits:
    for relation in list(final_state.schema.relations.values()):
        lacks_policy = relation.row_security and not relation.policies and relation.kind == "table"
        if not lacks_policy or not are_policies_known(final_state, relation):
            continue
        privileges = find_granted_privileges(relation, CLIENT_ROLES, _ROWS)
        step = (
            find_last_grant(final_state, relation, privileges) or final_state.step(relation.created_at)
            if privileges
            else None
        )
        if step is not None:
            yield build_statement_hit(
                step,
                f"{relation} has row level security and no policy, so {format_list(privileges)} can access no row",
            )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Without a policy, row level security hides every row. For a table that only the server uses this is "
        "correct, and client roles need no privilege on it."
    ),
    remedy="Add a policy, or revoke the privileges.",
    bad=NOTES,
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        """
            CREATE TABLE public.jobs (id uuid PRIMARY KEY);
            ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;
            GRANT SELECT, INSERT, UPDATE, DELETE ON public.jobs TO service_role;
        """,
    ),
    final_state=_check,
    known_as=("splinter: 0008_rls_enabled_no_policy",),
)
