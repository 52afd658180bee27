"""Rows that a policy opens to callers to whom the rows do not belong."""

from __future__ import annotations

from schema_dsl.analysis import builtins
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause, strip_casts
from schema_dsl.lint.facts.folding import SIGNED_IN, allows_every_row, fold_condition
from schema_dsl.lint.facts.grants import find_privileges
from schema_dsl.lint.facts.owners import find_compared_column, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_table
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.rule import FinalState
from schema_dsl.parsing import Node


def find_open_part(clause: PolicyClause) -> PolicyClause | None:
    """Return the part of a condition that is true of rows of anybody; None if each way to pass tests the caller.

    A part with a sub-select or a function whose result is not known may test the caller.
    """
    return _find_open_part(clause, clause.tree)


def _find_open_part(clause: PolicyClause, node: Node) -> PolicyClause | None:
    operator = enumeration("BoolExprType")[node.bool_expr.boolop] if node.HasField("bool_expr") else ""
    if operator == "OR_EXPR":
        found = (_find_open_part(clause, argument) for argument in node.bool_expr.args)
        return next((part for part in found if part is not None), None)
    if operator == "AND_EXPR":
        parts = [_find_open_part(clause, argument) for argument in node.bool_expr.args]
        # The part that says something about the row is the one to show.
        named = [part for part in parts if part is not None and part.find_table_columns()]
        return next(iter(named or parts), None) if None not in parts else None
    if node.HasField("case_expr"):
        return _find_open_result(clause, node.case_expr)
    part = PolicyClause(clause.word, node, clause.step, clause.relation)
    return part if _is_open(part) else None


def _find_open_result(clause: PolicyClause, case: Node) -> PolicyClause | None:
    """Return an open result of a CASE that rows of any caller reach."""
    for wrapped in case.args:
        when = wrapped.case_when
        condition = (
            _find_open_comparison(clause, case.arg, when.expr)
            if case.HasField("arg")
            else _find_open_part(clause, when.expr)
        )
        result = _find_open_part(clause, when.result)
        if condition is not None and result is not None:
            # A constant says less about the row than the condition that leads to it.
            return result if result.find_table_columns() else condition
    return _find_open_part(clause, case.defresult) if case.HasField("defresult") else None


def _find_open_comparison(clause: PolicyClause, *sides: Node) -> PolicyClause | None:
    parts = [PolicyClause(clause.word, side, clause.step, clause.relation) for side in sides]
    return None if any(part.identity_calls for part in parts) else parts[0]


def _is_open(part: PolicyClause) -> bool:
    """Return whether a condition without AND and OR is true of some row, whoever the signed-in caller is."""
    if allows_every_row(part, SIGNED_IN) or is_about_others(part):
        return True
    if part.identity_calls or is_never_true(fold_condition(part, SIGNED_IN)):
        return False
    if any(True for _ in part.find_parts("SubLink")) or not part.find_table_columns():
        return False
    return all(_is_builtin(call) for call in part.calls)


def is_about_others(part: PolicyClause) -> bool:
    """Return whether a condition without AND and OR is true of the rows of everybody else: `user_id <> auth.uid()`."""
    stripped = strip_casts(part.tree)
    negated = stripped.DESCRIPTOR.name == "BoolExpr"
    node = strip_casts(stripped.args[0]) if negated else stripped
    different = "=" if negated else "<>"
    return any(
        comparison.node is node
        and (comparison.operator == different or (comparison.kind == "AEXPR_DISTINCT" and not negated))
        and find_compared_column(part, comparison)
        for comparison in find_comparisons(part)
    )


def _is_builtin(call: PolicyCall) -> bool:
    if call.node.DESCRIPTOR.name != "FuncCall":
        return True
    schema_name, name = qualified_name(call.node.funcname)
    is_pure = schema_name in {"", "pg_catalog"} and bool(builtins.find_functions(name))
    return call.routine is None and is_pure


def has_owners(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether a policy of the table compares a column with the caller, so that rows belong to users."""
    return any(
        comparison.operator == "=" and find_compared_column(clause, comparison)
        for other in policies_of_table(final_state, policy.relation)
        for clause in other.clauses
        for comparison in find_comparisons(clause)
    )


def may_act(policy: PolicyDefinition, action: str) -> bool:
    """Return whether a client role of a policy has the privilege for an action, as far as it is known."""
    relation = policy.relation
    roles = set(policy.state.roles)
    roles = {"anon", "authenticated", "public"} if "public" in roles else roles
    if "grants" in relation.changed_kinds or not any(relation.grants.get(role) for role in roles):
        return True
    return any(action in find_privileges(relation, role) for role in roles)
