"""Rows that a policy opens to callers to whom the rows do not belong."""

from __future__ import annotations

import itertools
import re
from typing import TypeAlias

from schema_dsl.analysis import builtins
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.bodies import ignores_caller
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.callers import ENROLLED, NEWCOMER, SIGNED_IN
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause, find_certain_column, strip_casts
from schema_dsl.lint.facts.example_values import UserId
from schema_dsl.lint.facts.folding import allows_every_row, fold_condition
from schema_dsl.lint.facts.grants import find_privileges
from schema_dsl.lint.facts.newcomer_folding import fold_for_stranger
from schema_dsl.lint.facts.owners import Comparison, find_compared_column, find_comparisons, holds_user_rows
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_table, shows_every_row
from schema_dsl.lint.facts.row_folding import OTHERS, ExampleRow, fold_for_row
from schema_dsl.lint.facts.unequal_comparisons import find_unequal_comparison
from schema_dsl.lint.facts.values import FoldedValue, is_never_true
from schema_dsl.lint.history.schema import HistoryColumn, HistorySchema
from schema_dsl.lint.rule import FinalState
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import walk

_Truth: TypeAlias = bool | str | None
"""A boolean of SQL; "?" if it is not known."""
# The value with which IS TRUE, IS NULL and similar tests compare.
_NUMBERS = {name: number for number, name in enumeration("BoolExprType").items()}
_TESTED = {"TRUE": True, "FALSE": False, "UNKNOWN": None, "NULL": None}


def find_open_part(clause: PolicyClause) -> PolicyClause | None:
    """Return the part of a condition that is true of rows of any user; None if each alternative tests the caller.

    A part with a sub-select or a function whose result is not known may test the caller.
    """
    part = _find_open_part(clause, clause.tree)
    return clause if part is None and _passes_strangers_row(clause) else part


def _find_open_part(clause: PolicyClause, node: Node) -> PolicyClause | None:
    operator = enumeration("BoolExprType")[node.bool_expr.boolop] if node.HasField("bool_expr") else ""
    if operator == "NOT_EXPR":
        inverted = _push_down(node.bool_expr.args[0])
        if inverted is not None:
            return _find_open_part(clause, inverted)
    if operator == "OR_EXPR":
        found = (_find_open_part(clause, argument) for argument in node.bool_expr.args)
        return next((part for part in found if part is not None), None)
    if operator == "AND_EXPR":
        parts = [_find_open_part(clause, argument) for argument in node.bool_expr.args]
        if None not in parts and _refuses_strangers_rows(clause.part(node)):
            return None
        # A part with columns of the table says more to the reader than a part without.
        named = [part for part in parts if part is not None and part.find_table_columns()]
        return next(iter(named or parts), None) if None not in parts else None
    if node.HasField("case_expr"):
        return _find_open_result(clause, node.case_expr)
    part = clause.part(node)
    return part if _is_open(part) else None


def _push_down(node: Node) -> Node | None:
    """Return the negation of AND, OR or NOT with the NOT on each operand; None for other expressions."""
    if not node.HasField("bool_expr"):
        return None
    operator = enumeration("BoolExprType")[node.bool_expr.boolop]
    if operator == "NOT_EXPR":
        return node.bool_expr.args[0]
    inverted = type(node)()
    inverted.bool_expr.boolop = _NUMBERS["AND_EXPR" if operator == "OR_EXPR" else "OR_EXPR"]
    for argument in node.bool_expr.args:
        negation = inverted.bool_expr.args.add().bool_expr
        negation.boolop = _NUMBERS["NOT_EXPR"]
        negation.args.add().CopyFrom(argument)
    return inverted


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
    parts = [clause.part(side) for side in sides]
    return None if any(part.identity_calls for part in parts) else parts[0]


@cached
def _is_open(part: PolicyClause) -> bool:
    """Return whether a condition without AND and OR is true of some row for every signed-in caller."""
    if is_never_true(fold_condition(part, SIGNED_IN)):
        return False
    # Every user may add a second factor.
    levels = (NEWCOMER, ENROLLED) if _names_level(part) else (NEWCOMER,)
    if any(allows_every_row(part, caller) for caller in (SIGNED_IN, *levels)) or is_about_others(part):
        return True
    if part.identity_calls:
        is_open = _passes_strangers_row(part) or _is_absence_of_caller(part)
        return is_open or find_unequal_comparison(part) is not None
    if not part.find_table_columns() or not all(_is_same_for_all(part.schema, call) for call in part.calls):
        return False
    nodes = (each.node for each in part.find_parts("RangeVar"))
    tables = [part.schema.find_relation(node.schemaname, node.relname) for node in nodes]
    return all(table is not None and shows_every_row(part.schema, table) for table in tables)


def _names_level(part: PolicyClause) -> bool:
    return any(each.node.sval.sval == "aal" for each in part.find_parts("A_Const"))


_IDENTITIES = frozenset({"uuid", "text", "varchar"})
_MOST_FLAGS, _MOST_IDENTITIES = 4, 3
# The number of boolean columns of which all combinations are tried.
_ALL_COMBINED = 2
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def _passes_strangers_row(clause: PolicyClause) -> bool:
    """Return whether a condition is true for a sample row whose owner is another user or NULL."""
    if not clause.find_table_columns():
        return fold_for_stranger(clause, ExampleRow({}, {})) is True
    return any(value is True for _, value in _fold_strangers_rows(clause))


def _refuses_strangers_rows(clause: PolicyClause) -> bool:
    """Return whether a condition with one column of identities is true of no row that is not the caller's."""
    rows = _fold_strangers_rows(clause)
    return bool(rows) and all(count == 1 and is_never_true(value) for count, value in rows)


@cached
def _fold_strangers_rows(clause: PolicyClause) -> list[tuple[int, FoldedValue]]:
    """Return the values of a condition for examples of rows that are not the caller's.

    Returns:
        The number of columns with identities in each row, and the value; none if no column holds an identity.
    """
    if not clause.identity_calls:
        return []
    columns_of_row = clause.relation.columns
    named = {name for name in clause.find_table_columns() if name in columns_of_row}
    if clause.relation.name in clause.find_table_columns() and clause.relation.name not in columns_of_row:
        # A function takes the whole row.
        named = set(columns_of_row)
    checked = frozenset().union(*(each.checked for each in clause.relation.constraints.values()))
    columns = [column for name in sorted(named) if not (column := clause.relation.columns[name]).uncertain]
    flags = [column.name for column in columns if column.type == "bool"][:_MOST_FLAGS]
    owners = [column for column in columns if column.type in _IDENTITIES and column.name not in checked]
    lists = [
        column.name
        for column in columns
        if column.type in {f"{kind}[]" for kind in _IDENTITIES} and column.name not in checked
    ]
    identities = _find_identities(clause)
    users: tuple[FoldedValue, ...] = (*OTHERS, None, *identities)
    rows = [{each.name: _choose_owner(each, user) for each in owners} for user in users]
    # A column of type text may hold no identity, so an example does not show which rows a condition on it refuses.
    count = len(owners) + len(lists) + sum(column.type != "uuid" for column in owners)
    return [
        # A named identity often stands for the absence of one: coalesce(id, '0000...').
        (
            count,
            (fold_for_row if named_identity else fold_for_stranger)(
                clause, ExampleRow({**row, **values}, arrays)
            ),
        )
        for number, (row, named_identity) in enumerate(
            zip(rows, (user in identities for user in users), strict=True)
        )
        for arrays in (dict.fromkeys(lists, array) for array in (((), OTHERS[:1]) if lists else ((),)))
        for values in _choose_flags(flags)
        if count and row not in rows[:number]
    ]


def _choose_flags(names: list[str]) -> list[dict[str, bool]]:
    """Return values of boolean columns: all combinations of two, and of more, those in which at most one differs."""
    if len(names) <= _ALL_COMBINED:
        return [
            dict(zip(names, values, strict=True))
            for values in itertools.product((True, False), repeat=len(names))
        ]
    common = [dict.fromkeys(names, value) for value in (True, False)]
    return [*common, *({**values, name: not values[name]} for values in common for name in names)]


def _choose_owner(column: HistoryColumn, user: FoldedValue) -> FoldedValue:
    """Return the value of an owner column in a row of a user, or in a row without owner if the user is None."""
    value = OTHERS[0] if user is None and column.not_null else user
    return value.text if isinstance(value, UserId) and column.type != "uuid" else value


def _find_identities(clause: PolicyClause) -> list[str]:
    """Return the identities that a condition names."""
    constants = {part.node.sval.sval for part in clause.find_parts("A_Const") if part.node.HasField("sval")}
    return sorted(text for text in constants if _UUID.fullmatch(text))[:_MOST_IDENTITIES]


def _is_absence_of_caller(part: PolicyClause) -> bool:
    """Return whether a condition is true if a table has no row of the caller, or of others: NOT EXISTS, NOT IN."""
    node = part.tree
    if enumeration("BoolExprType")[node.bool_expr.boolop] != "NOT_EXPR" or not node.HasField("bool_expr"):
        return False
    link = node.bool_expr.args[0]
    if link.WhichOneof("node") != "sub_link" or not link.sub_link.subselect.select_stmt.from_clause:
        return False
    compared = find_comparisons(part)
    found = [each.call.node for each in compared if each.kind == "AEXPR_OP" and each.operator in {"=", "<>"}]
    if link.sub_link.HasField("testexpr"):
        found += [call.node for call in part.part(link.sub_link.testexpr).identity_calls]
    return all(any(call.node is node for node in found) for call in part.identity_calls)


def is_about_others(part: PolicyClause) -> bool:
    """Return whether a condition without AND and OR is true of rows of others: `user_id <> auth.uid()`.

    A row without owner is a row of others: `coalesce(user_id = auth.uid(), true)` is true of it.
    """
    return any(
        _evaluate(part.tree, comparison.node, value) is True
        for comparison in find_comparisons(part)
        for value in _list_values(part, comparison)
    )


def _list_values(part: PolicyClause, comparison: Comparison) -> list[bool | None]:
    """Return the values that a comparison of a column with the caller has for rows that are not the caller's."""
    other = strip_casts(comparison.other)
    is_replaced = other.DESCRIPTOR.name == "CoalesceExpr"
    first = strip_casts(other.args[0]) if is_replaced else other
    name = part.find_table_column(first, comparison.selects) if first.DESCRIPTOR.name == "ColumnRef" else ""
    column = find_certain_column(part.relation, name)
    is_nullable = column is not None and not column.not_null
    if not name:
        return []
    is_equal = comparison.operator == "="
    if is_replaced:
        # coalesce(user_id, auth.uid()) takes the caller for the owner of a row without one.
        names_caller = any(
            call.node is node for item in other.args for node in walk(item) for call in part.identity_calls
        )
        return [True] if is_nullable and is_equal and names_caller else []
    if comparison.kind in {"AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"}:
        return [comparison.kind == "AEXPR_DISTINCT"]
    if not is_equal and comparison.operator != "<>":
        return []
    if comparison.kind == "AEXPR_OP_ALL" and is_equal:
        # An empty array passes.
        return [] if comparison.node.rexpr.WhichOneof("node") == "a_array_expr" else [True]
    return [not is_equal, None] if is_nullable else [not is_equal]


def _evaluate(node: Node, given: Node, value: _Truth) -> _Truth:
    """Return the value of an expression in which one comparison has a given value; "?" if it is not known."""
    node = strip_casts(node)
    kind = node.DESCRIPTOR.name
    if node is given:
        return value
    if kind == "A_Const":
        return None if node.isnull else (node.boolval.boolval if node.HasField("boolval") else "?")
    if kind == "CoalesceExpr":
        values = (_evaluate(item, given, value) for item in node.args)
        return next((each for each in values if each is not None), None)
    if kind == "BoolExpr" and enumeration("BoolExprType")[node.boolop] == "NOT_EXPR":
        inner = _evaluate(node.args[0], given, value)
        return not inner if isinstance(inner, bool) else inner
    return _evaluate_test(node, given, value) if kind in {"BooleanTest", "NullTest", "A_Expr"} else "?"


def _evaluate_test(node: Node, given: Node, value: _Truth) -> _Truth:
    """Return the value of IS TRUE, IS NULL, IS DISTINCT FROM and so on."""
    if node.DESCRIPTOR.name == "A_Expr":
        operator = enumeration("A_Expr_Kind")[node.kind]
        if operator not in {"AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"}:
            return "?"
        negated = operator == "AEXPR_DISTINCT"
        left, right = (_evaluate(side, given, value) for side in (node.lexpr, node.rexpr))
    else:
        is_boolean = node.DESCRIPTOR.name == "BooleanTest"
        test = enumeration("BoolTestType")[node.booltesttype] if is_boolean else ""
        test = test or enumeration("NullTestType")[node.nulltesttype]
        negated = test.startswith("IS_NOT_")
        left, right = (
            _evaluate(node.arg, given, value),
            _TESTED[test.removeprefix("IS_").removeprefix("NOT_")],
        )
    return "?" if "?" in {left, right} else (left is right) != negated


def _is_same_for_all(schema: HistorySchema, call: PolicyCall) -> bool:
    """Return whether a call certainly has the same result for every caller."""
    if call.node.DESCRIPTOR.name != "FuncCall":
        return True
    if call.routine is not None:
        return ignores_caller(schema, call.routine)
    schema_name, name = qualified_name(call.node.funcname)
    return schema_name in {"", "pg_catalog"} and bool(builtins.find_functions(name))


def has_owners(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether rows belong to users, by their columns, or by a policy that ties one to the caller."""
    return holds_user_rows(policy.relation) or any(
        _ties_row_to_caller(clause)
        for other in policies_of_table(final_state, policy.relation)
        for clause in other.clauses
    )


@cached
def _ties_row_to_caller(clause: PolicyClause) -> bool:
    return (
        any(
            comparison.operator == "=" and find_compared_column(clause, comparison)
            for comparison in find_comparisons(clause)
        )
        or _passes_strangers_row(clause)
        or any(
            part.find_table_columns() and find_comparisons(part)
            for part in (clause.part(each.node) for each in clause.find_parts("SubLink"))
        )
    )


def is_limited(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether a restrictive policy keeps strangers from rows that a permissive policy shows them."""
    policies = policies_of_table(final_state, policy.relation) if policy.is_restricted else []
    return not all(
        any(find_open_part(clause) for clause in limit.clauses[:1])
        for limit in policies
        if not limit.state.permissive
    )


def may_act(policy: PolicyDefinition, action: str, role: str = "") -> bool:
    """Return whether a client role of a policy, or one `role`, may have the privilege for an action."""
    relation = policy.relation
    roles = {role, "public"} if role else set(policy.state.roles)
    roles = {"anon", "authenticated", "public"} if "public" in roles and not role else roles
    if "grants" in relation.changed_kinds or not any(relation.grants.get(role) for role in roles):
        return True
    return any(action in find_privileges(relation, role) for role in roles)
