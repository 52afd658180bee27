"""TRIGGER or REFERENCES is granted by name to anon, authenticated or PUBLIC."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import build_grant_hit, find_grants_to, format_list, list_privileges
from schema_dsl.lint.facts.policies import CLIENT_ROLES
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for step, roles, tables in find_grants_to(final_state, CLIENT_ROLES, _EFFECTS):
        granted = list_privileges(step)
        effects = " and ".join(effect for privilege, effect in _EFFECTS.items() if privilege in granted)
        yield build_grant_hit(step, f"{format_list(roles)} may {effects} {{}}", tables)


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
