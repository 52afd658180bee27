"""A policy that fails where it should deny."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import called, code
from schema_dsl.lint.facts.clauses import PolicyCall, constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_BARE = re.compile(r"\bcurrent_setting\('([\w]+\.[\w.]+)'(?:, ?false)?\)")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for call in clause.calls:
                name = _setting(clause.schema, call)
                if name:
                    yield written.placed(
                        f"where {name} was never set, every query of {written.relation} fails",
                        clause,
                        call.node.location,
                    )


def _setting(schema: Schema, call: PolicyCall) -> str:
    """Give the setting of one's own that is read in such a way that it must be there."""
    if call.routine is not None:
        bodies = (_BARE.search(code(each)) for each in called(schema, call.routine))
        return next((found[1] for found in bodies if found is not None), "")
    arguments = call.node.args if call.shown == "current_setting()" else ()
    if not arguments or (len(arguments) > 1 and constant(arguments[1]) not in {"False", "false", "f"}):
        return ""
    name = constant(arguments[0]) or ""
    return name if "." in name else ""


RULE = Rule(
    name="setting-may-be-missing",
    group="rls",
    level=Level.INFO,
    summary="A policy reads a setting without saying that it may be missing.",
    why=(
        'current_setting(name) raises "unrecognized configuration parameter" in a session that never set it. With true '
        "as its second argument it gives NULL, and the policy denies. After a SET LOCAL it gives '', which no uuid is."
    ),
    remedy="Say (SELECT nullif(current_setting('app.user_id', true), '')::uuid).",
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
