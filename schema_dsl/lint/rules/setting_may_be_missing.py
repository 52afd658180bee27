"""A policy reads a setting with current_setting(name), which fails if the setting is missing."""

from __future__ import annotations

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.bodies import find_called_routines
from schema_dsl.lint.facts.clauses import PolicyCall, read_constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node

_CURRENT_SETTING = frozenset({("", "current_setting"), ("pg_catalog", "current_setting")})
_FALSE = frozenset({"False", "false", "f"})


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for call in clause.calls:
            name = _find_required_setting(clause.schema, call)
            if name:
                yield policy.build_hit(
                    f"every query of {policy.relation} fails in a session that never set {name}",
                    clause,
                    call.node.location,
                )


def _find_required_setting(schema: HistorySchema, call: PolicyCall) -> str:
    """Return the custom setting that the call requires to exist, or "" if there is none."""
    if call.routine is None:
        return _read_required_setting(call.node)
    nodes = (
        _read_required_setting(node)
        for routine in find_called_routines(schema, call.routine)
        for node in (routine.body.find_nodes("FuncCall") if routine.body is not None else ())
    )
    return next((name for name in nodes if name), "")


def _read_required_setting(node: Node) -> str:
    """Return the custom setting that a call of current_setting() requires to exist, or "" for any other node."""
    is_call = node.DESCRIPTOR.name == "FuncCall" and qualified_name(node.funcname) in _CURRENT_SETTING
    if not is_call or not node.args or (len(node.args) > 1 and read_constant(node.args[1]) not in _FALSE):
        return ""
    name = read_constant(node.args[0]) or ""
    return name if "." in name else ""


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        'current_setting(name) raises "unrecognized configuration parameter" in a session that never set the '
        "parameter. With true as its second argument it returns NULL, and the policy denies access. After a "
        "transaction with SET LOCAL it returns '', which is no valid uuid."
    ),
    remedy="Write (SELECT nullif(current_setting('app.user_id', true), '')::uuid).",
    bad="CREATE POLICY own ON public.notes USING (user_id = (SELECT current_setting('app.user_id')::uuid));",
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes\n"
        "    USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));"
    ),
    policy=_check,
)
