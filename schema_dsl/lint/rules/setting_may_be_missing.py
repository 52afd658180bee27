"""A policy reads a setting with current_setting(name), which fails if the setting is missing."""

from __future__ import annotations

from schema_dsl.analysis.bodies import BodyPart, Guard
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.clauses import PolicyCall, read_constant
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.history.schema import HistorySchema, Routine
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node, list_functions_in, walk

_CURRENT_SETTING = frozenset({("", "current_setting"), ("pg_catalog", "current_setting")})
_FALSE = frozenset({"False", "false", "f"})


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        tested = {_read_setting(call.node)[0] for call in clause.calls if _read_setting(call.node)[1]}
        for call in clause.calls:
            name = _find_required_setting(clause.schema, call)
            if name and name not in tested:
                yield policy.build_hit(
                    f"every query of {policy.relation} fails in a session that never set {name}",
                    clause,
                    call.node.location,
                )


def _find_required_setting(schema: HistorySchema, call: PolicyCall) -> str:
    """Return the custom setting that the call requires to exist, or "" if there is none."""
    if call.routine is None:
        name, may_be_missing = _read_setting(call.node)
        return "" if may_be_missing else name
    pending, seen = [call.routine], {call.routine}
    for routine in pending:
        parts = _list_required_parts(routine)
        trees = [tree for part in parts for tree in part.trees]
        settings = [_read_setting(node) for tree in trees for node in walk(tree)]
        tested = {name for name, may_be_missing in settings if may_be_missing}
        for name, may_be_missing in settings:
            if name and not may_be_missing and name not in tested:
                return name
        called = [
            (schema_name or "", name) for tree in trees for schema_name, name in list_functions_in(tree)
        ]
        callees = [callee for name in called for callee in schema.find_routines(*name)]
        pending += [callee for callee in dict.fromkeys(callees) if callee not in seen]
        seen.update(callees)
    return ""


def _list_required_parts(routine: Routine) -> list[BodyPart]:
    """Return the parts of a function that no condition skips, and in which no handler tolerates a missing setting."""
    parts = routine.body.parts if routine.body is not None else ()
    return [part for part in parts if part.guard is not Guard.UNKNOWN]


def _read_setting(node: Node) -> tuple[str, bool]:
    """Return the custom setting that a call of current_setting() reads, or "", and whether it may be missing."""
    if node.DESCRIPTOR.name != "FuncCall" or qualified_name(node.funcname) not in _CURRENT_SETTING:
        return "", False
    name = (read_constant(node.args[0]) or "") if node.args else ""
    may_be_missing = len(node.args) > 1 and read_constant(node.args[1]) not in _FALSE
    return (name if "." in name else ""), may_be_missing


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
