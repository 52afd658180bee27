"""TRIGGER or REFERENCES is granted by name to anon, authenticated or PUBLIC."""

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
        granted = [privilege for privilege in ("trigger", "references") if privilege in list_privileges(step)]
        tables = [
            relation
            for relation in (find_granted_tables(final_state, step) if roles and granted else ())
            if find_granted_privileges(relation, roles, tuple(granted))
        ]
        if tables:
            names = str(tables[0]) if len(tables) == 1 else f"{tables[0]} and {len(tables) - 1} more"
            yield build_statement_hit(
                step,
                f"{format_list(roles)} may {' and '.join(_EFFECTS[privilege] for privilege in granted)} {names}",
                topic=str(tables[0]) if len(tables) == 1 else "",
            )


_EFFECTS = {"trigger": "create triggers on", "references": "make foreign keys to"}

RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "A trigger runs for the writes of everybody, with the privileges of the user who writes: it can refuse or "
        "change them. A foreign key prevents deletes, and shows which keys exist. No policy limits either."
    ),
    remedy="Grant SELECT, INSERT, UPDATE and DELETE only.",
    bad="GRANT SELECT, DELETE, TRIGGER, REFERENCES ON public.notes TO authenticated;",
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
)
