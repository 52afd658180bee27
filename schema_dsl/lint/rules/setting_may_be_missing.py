"""A policy that raises an error if a setting is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import find_called_routines, normalize_body
from schema_dsl.lint.facts.clauses import PolicyCall, read_constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_REQUIRED_SETTING = re.compile(r"\bcurrent_setting\('([\w]+\.[\w.]+)'(?:, ?false)?\)")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for policy in policies_of_history(final_state):
        for clause in policy.clauses:
            for call in clause.calls:
                name = _find_required_setting(clause.schema, call)
                if name:
                    yield policy.build_hit(
                        f"every query of {policy.relation} fails in a session that never set {name}",
                        clause,
                        call.node.location,
                    )


def _find_required_setting(schema: Schema, call: PolicyCall) -> str:
    """Return the custom setting that the call requires to exist, or "" if there is none."""
    if call.routine is not None:
        matches = (
            _REQUIRED_SETTING.search(normalize_body(routine))
            for routine in find_called_routines(schema, call.routine)
        )
        return next((match[1] for match in matches if match is not None), "")
    arguments = call.node.args if call.display_name == "current_setting()" else ()
    if not arguments or (len(arguments) > 1 and read_constant(arguments[1]) not in {"False", "false", "f"}):
        return ""
    name = read_constant(arguments[0]) or ""
    return name if "." in name else ""


RULE = Rule(
    name="setting-may-be-missing",
    group="rls",
    level=Level.INFO,
    summary="A policy reads a setting with current_setting(name), which fails if the setting is missing.",
    why=(
        'current_setting(name) raises "unrecognized configuration parameter" in a session that never set the '
        "parameter. With true as its second argument it returns NULL, and the policy denies access. After a "
        "transaction with SET LOCAL it returns '', which is no valid uuid."
    ),
    remedy="Write (SELECT nullif(current_setting('app.user_id', true), '')::uuid).",
    bad=(
        "CREATE POLICY own ON public.notes USING (user_id = (SELECT current_setting('app.user_id')::uuid));",
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes\n"
            "    USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));"
        ),
    ),
    final_state=_check,
)
