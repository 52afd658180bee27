"""Constant folding of expressions without reading rows; the module `values` describes the results."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

import attrs

from schema_dsl.analysis.builtins import find_functions
from schema_dsl.analysis.trees import enumeration, operator_name, option_text, qualified_name, single_value
from schema_dsl.lint.facts.bodies import find_routine_of_call
from schema_dsl.lint.facts.callers import CallerIdentity
from schema_dsl.lint.facts.clauses import unwrap_scalar_subselect
from schema_dsl.lint.facts.contradictions import contradict
from schema_dsl.lint.facts.same_expression import normalize_expression
from schema_dsl.lint.facts.syntax_folding import (
    fold_between,
    fold_boolean,
    fold_boolean_test,
    fold_case,
    fold_coalesce,
    fold_distinct,
    fold_extreme,
    fold_like,
    fold_null_test,
    fold_nullif,
    fold_similar,
    match_pattern,
    pair_rows,
)
from schema_dsl.lint.facts.text_functions import call_text_function, matches_regex
from schema_dsl.lint.facts.values import (
    COMPARISONS,
    CONSTANTS,
    NEVER_TRUE,
    NOT_NULL,
    UNKNOWN,
    FoldedValue,
    compare_constants,
    is_never_true,
    join_conditions,
    to_boolean,
)
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_UNEQUAL = frozenset({"<>", "!=", "<", ">"})
_SAME = frozenset({"=", "<=", ">="})
_SUMS: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
# Built-in operators that return NULL if an operand is NULL.
_STRICT = frozenset(
    {*COMPARISONS, *_SUMS, "||", "->", "->>", "#>", "#>>", "~~", "!~~", "~", "~*", "@>", "<@", "&&"}
)
_CURRENT_ROLES = frozenset({"SVFOP_CURRENT_USER", "SVFOP_CURRENT_ROLE", "SVFOP_USER"})
_REGEXES = frozenset({"~", "~*", "!~", "!~*"})
# Functions may be recursive.
_DEPTH = 5
_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})


# Not frozen: a frozen class takes three times as long to construct, and each condition has one.
@attrs.define(eq=False)
class Fold:
    """The folding of an expression.

    Attributes:
        depth: The number of functions in functions that are still read.
        values: The known values of a row, by column.
    """

    relation: HistoryRelation | None
    caller: CallerIdentity
    schema: HistorySchema | None = None
    depth: int = _DEPTH
    values: Mapping[str, FoldedValue] = attrs.Factory(dict)

    def value(self, node: Node) -> FoldedValue:
        """Return the value of an expression."""
        kind = node.WhichOneof("node")
        method = _KINDS.get(kind or "")
        return method(self, getattr(node, kind)) if method and kind else UNKNOWN

    def constant(self, node: Node) -> FoldedValue:
        """Fold a constant."""
        which = node.WhichOneof("val")
        if node.isnull or which is None:
            return None
        if which == "boolval":
            return bool(node.boolval.boolval)
        if which == "ival":
            return int(node.ival.ival)
        if which == "fval":
            return (
                float(node.fval.fval.replace("_", ""))
                if node.fval.fval[:2] not in {"0x", "0o", "0b"}
                else UNKNOWN
            )
        return str(node.sval.sval) if which == "sval" else NOT_NULL

    def cast(self, node: Node) -> FoldedValue:
        """Fold a cast."""
        value = self.value(node.arg)
        kind = qualified_name(node.type_name.names)[1]
        if kind == "bool":
            return bool(value) if type(value) is int else to_boolean(value)
        if kind in _TEXTS and isinstance(value, bool):
            return "true" if value else "false"
        if kind in _TEXTS or not isinstance(value, CONSTANTS):
            return value
        is_kept = isinstance(value, int | float) and kind.startswith(("int", "numeric", "uuid"))
        return value if is_kept else NOT_NULL

    def operation(self, node: Node) -> FoldedValue:
        """Fold an operator, IN, BETWEEN, LIKE and so on."""
        kind = enumeration("A_Expr_Kind")[node.kind]
        method = _OPERATIONS.get(kind)
        return method(self, node) if method else UNKNOWN

    def comparison(self, node: Node) -> FoldedValue:
        """Fold an operator with two operands."""
        name = operator_name(node)
        claim = self._fold_claim(node, name)
        if claim is not None:
            return claim[0]
        if pairs := pair_rows(node.lexpr, node.rexpr):
            return self.compare_rows(name, pairs)
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        is_column = left is UNKNOWN and node.lexpr.HasField("column_ref")
        if is_column and name in _UNEQUAL and self.are_equal(node.lexpr, node.rexpr):
            # Of a column that may be NULL, the result is false or NULL.
            return NEVER_TRUE
        return self._compute(name, (node.lexpr, left), (node.rexpr, right))

    def _compute(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        """Return the result of a built-in operator."""
        left, right = left_side[1], right_side[1]
        if (left is None or right is None) and name in _STRICT:
            return None
        if name in COMPARISONS:
            return self.compare(name, left_side, right_side)
        if name in _SUMS and type(left) is int and type(right) is int:
            return _SUMS[name](left, right)
        if name in _REGEXES:
            return match_pattern(matches_regex, name, left, right)
        return NOT_NULL if name == "||" and UNKNOWN not in {left, right} else UNKNOWN

    def compare(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        """Return the result of a comparison of two expressions with known values."""
        (first, left), (second, right) = left_side, right_side
        if left is None or right is None:
            return None
        if isinstance(left, CONSTANTS) and isinstance(right, CONSTANTS):
            return compare_constants(name, left, right)
        if left is NOT_NULL and right is NOT_NULL and self.are_equal(first, second):
            return name in _SAME
        return UNKNOWN

    def contradict(self, node: Node) -> bool:
        """Return whether the operands of AND are never all true, because of the constants in them."""
        return contradict(node.args)

    def compare_rows(self, name: str, pairs: list[tuple[Node, Node]]) -> FoldedValue:
        """Return the result of a comparison of two rows, which are the pairs of their fields."""
        if name not in {"=", "<>", "!="}:
            return UNKNOWN
        results = [
            self.compare(name, (left, self.value(left)), (right, self.value(right))) for left, right in pairs
        ]
        return join_conditions(results, is_or=name != "=")

    def are_equal(self, left: Node, right: Node) -> bool:
        """Return whether two expressions certainly have the same value, which is not NULL."""
        return normalize_expression(self._simplify(left)) == normalize_expression(self._simplify(right))

    def _simplify(self, node: Node) -> Node:
        """Return an expression without sub-selects around it and without the NULL arguments of COALESCE."""
        unwrapped = unwrap_scalar_subselect(node.sub_link) if node.WhichOneof("node") == "sub_link" else None
        if unwrapped is not None:
            return self._simplify(unwrapped)
        if node.WhichOneof("node") == "coalesce_expr":
            not_null_arguments = [
                argument for argument in node.coalesce_expr.args if self.value(argument) is not None
            ]
            if not_null_arguments and self.value(not_null_arguments[0]) is NOT_NULL:
                return self._simplify(not_null_arguments[0])
        return node

    def _fold_claim(self, node: Node, name: str) -> tuple[FoldedValue] | None:
        """Return the value of a claim of the caller; None if the operation reads no claim that is known."""
        return self.caller.claim(node.lexpr, name, self.value(node.rexpr)) if name in {"->", "->>"} else None

    def in_list(self, node: Node) -> FoldedValue:
        """Fold IN or NOT IN with a list."""
        return self._compare_with_items(node, list(node.rexpr.list.items))

    def quantified(self, node: Node) -> FoldedValue:
        """Fold a comparison with ANY or ALL."""
        is_all = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP_ALL"
        right = node.rexpr
        while right.WhichOneof("node") == "type_cast":
            right = right.type_cast.arg
        name = operator_name(node)
        if right.HasField("a_const") and right.a_const.isnull:
            return None
        if right.a_const.sval.sval == "{}":
            return is_all
        if right.WhichOneof("node") == "a_array_expr" and (name, is_all) in {("=", False), ("<>", True)}:
            return self._compare_with_items(node, list(right.a_array_expr.elements))
        if right.WhichOneof("node") == "sub_link" and self._is_empty(right.sub_link.subselect.select_stmt):
            return is_all
        return NEVER_TRUE if not is_all and self.value(node.lexpr) is None else UNKNOWN

    def _compare_with_items(self, node: Node, items: list[Node]) -> FoldedValue:
        """Compare a value with the items of a list: IN and = ANY, or NOT IN and <> ALL."""
        value = self.value(node.lexpr)
        if not items:
            return operator_name(node) != "="
        results = [
            self.compare_rows("=", pairs)
            if (pairs := pair_rows(node.lexpr, item))
            else self.compare("=", (node.lexpr, value), (item, self.value(item)))
            for item in items
        ]
        is_in: FoldedValue = (
            True if True in results else UNKNOWN if UNKNOWN in results else None if None in results else False
        )
        if operator_name(node) == "=":
            return is_in
        # A value may be in a list with NULL, but is never known not to be in it.
        is_never = is_in is UNKNOWN and None in results
        return not is_in if isinstance(is_in, bool) else NEVER_TRUE if is_never else is_in

    def _is_empty(self, select: Node) -> bool:
        """Return whether a sub-select certainly returns no row; an aggregate returns a row even for no input."""
        if not select.HasField("where_clause") or select.HasField("larg"):
            return False
        # A name may be a column of the tables of the sub-select.
        inside = attrs.evolve(self, relation=None, values={} if select.from_clause else self.values)
        condition = to_boolean(inside.value(select.where_clause))
        is_aggregate = any(
            node.DESCRIPTOR.name == "FuncCall" for item in select.target_list for node in walk(item)
        )
        return not is_aggregate and is_never_true(condition)

    def column(self, node: Node) -> FoldedValue:
        """Fold a reference to a column."""
        names = strings(node.fields)
        if names and names[-1] in self.values:
            return self.values[names[-1]]
        relation = self.relation
        if relation is None or (len(names) > 1 and names[-2] != relation.name):
            return UNKNOWN
        found = relation.columns.get(names[-1])
        return NOT_NULL if found is not None and found.not_null and not found.uncertain else UNKNOWN

    def call(self, node: Node) -> FoldedValue:
        """Fold a call of a function."""
        schema_name, name = qualified_name(node.funcname)
        if schema_name == "auth":
            return self.caller.call(name)
        found = self._call_builtin(name, node.args) if schema_name in {"", "pg_catalog"} else UNKNOWN
        if found is not UNKNOWN:
            return found
        routine = find_routine_of_call(self.schema, node) if self.schema is not None and self.depth else None
        # A STRICT function returns NULL for NULL arguments.
        body = routine.body if routine is not None and not routine.strict else None
        expression = body.result if body is not None else None
        if routine is None or expression is None:
            return UNKNOWN
        names = (*routine.argument_names, *(f"${number}" for number in range(1, len(node.args) + 1)))
        arguments = {
            name: argument
            for name, argument in zip(names, (*node.args, *node.args), strict=False)
            if name and len(routine.argument_names) == len(node.args)
        }
        return self._for_function_body(arguments).value(expression)

    def _call_builtin(self, name: str, arguments: Sequence[Node]) -> FoldedValue:
        if name == "current_setting" and arguments and option_text(arguments[0]) == "role":
            return self.caller.role
        if name == "current_setting" and len(arguments) > 1:
            # A custom setting holds the user. With missing_ok, it is NULL while it is unset.
            custom = "." in option_text(arguments[0])
            return None if custom and self.caller.user is None else UNKNOWN
        result = call_text_function(name, [self.value(argument) for argument in arguments])
        return (NOT_NULL if name == "now" else UNKNOWN) if result is None else result

    def _for_function_body(self, arguments: Mapping[str, Node]) -> Fold:
        """Return a folder for the expression of a function, where names are arguments instead of columns."""
        values = {name: self.value(node) for name, node in arguments.items()}
        return attrs.evolve(self, relation=None, depth=self.depth - 1, values=values)

    def session_value(self, node: Node) -> FoldedValue:
        """Fold CURRENT_USER, CURRENT_DATE and so on; the role of the caller is known outside of functions."""
        is_role = enumeration("SQLValueFunctionOp")[node.op] in _CURRENT_ROLES and self.depth == _DEPTH
        return self.caller.role if is_role and isinstance(self.caller.role, str) else NOT_NULL

    def parameter(self, node: Node) -> FoldedValue:
        """Fold a reference to an argument by its number."""
        return self.values.get(f"${node.number}", UNKNOWN)

    def sub_link(self, node: Node) -> FoldedValue:
        """Fold a sub-select."""
        unwrapped = unwrap_scalar_subselect(node)
        if unwrapped is not None:
            return self.value(unwrapped)
        kind = enumeration("SubLinkType")[node.sub_link_type]
        select = node.subselect.select_stmt
        if kind == "EXISTS_SUBLINK":
            return self._exists(select)
        if kind == "ANY_SUBLINK":
            return self._in_subselect(node, select)
        return NOT_NULL if kind == "ARRAY_SUBLINK" else UNKNOWN

    def _exists(self, select: Node) -> FoldedValue:
        if self._is_empty(select):
            return False
        if _returns_one_row(select):
            return True
        if select.from_clause or select.HasField("limit_count") or select.HasField("larg"):
            return UNKNOWN
        has_rows = select.target_list or not select.values_lists
        if not select.HasField("where_clause"):
            return True if has_rows else UNKNOWN
        return True if has_rows and to_boolean(self.value(select.where_clause)) is True else UNKNOWN

    def _in_subselect(self, node: Node, select: Node) -> FoldedValue:
        """Return the value of IN (SELECT ...)."""
        value = None if node.oper_name else single_value(select)
        tested = self.value(node.testexpr)
        if value is not None:
            return self.compare("=", (node.testexpr, tested), (value, self.value(value)))
        if self._is_empty(select) and not node.oper_name:
            return False
        return NEVER_TRUE if tested is None else UNKNOWN


def _returns_one_row(select: Node) -> bool:
    """Return whether a sub-select is an aggregate over all its rows, which returns a row even for none."""
    if select.group_clause or select.HasField("having_clause") or select.HasField("limit_count"):
        return False
    values = [target.res_target.val for target in select.target_list]
    calls = [value.func_call for value in values if value.WhichOneof("node") == "func_call"]
    names = [qualified_name(call.funcname)[1] for call in calls if not call.HasField("over")]
    return not select.HasField("limit_offset") and any(
        each.kind == "a" for name in names for each in find_functions(name)
    )


_OPERATIONS: dict[str, Callable[[Fold, Node], FoldedValue]] = {
    "AEXPR_OP": Fold.comparison,
    "AEXPR_IN": Fold.in_list,
    "AEXPR_OP_ANY": Fold.quantified,
    "AEXPR_OP_ALL": Fold.quantified,
    "AEXPR_DISTINCT": fold_distinct,
    "AEXPR_NOT_DISTINCT": fold_distinct,
    "AEXPR_LIKE": fold_like,
    "AEXPR_ILIKE": fold_like,
    "AEXPR_SIMILAR": fold_similar,
    "AEXPR_NULLIF": fold_nullif,
    "AEXPR_BETWEEN": fold_between,
    "AEXPR_NOT_BETWEEN": fold_between,
}
_KINDS: dict[str, Callable[[Fold, Node], FoldedValue]] = {
    "a_const": Fold.constant,
    "type_cast": Fold.cast,
    "bool_expr": fold_boolean,
    "a_expr": Fold.operation,
    "null_test": fold_null_test,
    "boolean_test": fold_boolean_test,
    "coalesce_expr": fold_coalesce,
    "case_expr": fold_case,
    "min_max_expr": fold_extreme,
    "column_ref": Fold.column,
    "func_call": Fold.call,
    "param_ref": Fold.parameter,
    "sub_link": Fold.sub_link,
    "sqlvalue_function": Fold.session_value,
    "a_array_expr": lambda _, __: NOT_NULL,
    "row_expr": lambda _, __: NOT_NULL,
}
