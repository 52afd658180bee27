"""Constant folding of conditions without reading rows; the module `values` describes the results."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

import attrs

from schema_dsl.analysis.builtins import find_functions, split_words
from schema_dsl.analysis.trees import enumeration, option_text, qualified_name, single_value
from schema_dsl.lint.facts.bodies import find_routine_of_call
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import PolicyClause, unwrap_scalar_subselect
from schema_dsl.lint.facts.same_expression import includes_opposites, normalize_expression
from schema_dsl.lint.facts.text_functions import call_text_function, is_like, is_similar, matches_regex
from schema_dsl.lint.facts.values import (
    COMPARISONS,
    CONSTANTS,
    NEVER_TRUE,
    NOT_NULL,
    UNKNOWN,
    FoldedValue,
    PartialValue,
    compare_constants,
    is_never_true,
    join_conditions,
    to_boolean,
)
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


@attrs.frozen(cache_hash=True)
class CallerIdentity:
    """A caller: the results of auth.uid() and auth.role().

    `has_claims` tells whether the token may have claims that the project adds.
    """

    user: FoldedValue = UNKNOWN
    role: FoldedValue = UNKNOWN
    has_claims: bool = True


ANY_CALLER = CallerIdentity()
ANONYMOUS = CallerIdentity(user=None, role="anon")
SIGNED_IN = CallerIdentity(user=NOT_NULL, role="authenticated")
NEWCOMER = CallerIdentity(user=NOT_NULL, role="authenticated", has_claims=False)
"""A user who just signed up: without claims that the project adds, and without a second factor."""

_SAME = frozenset({"=", "<=", ">="})
_SUMS: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
# Built-in operators that return NULL if an operand is NULL.
_STRICT = frozenset(
    {*COMPARISONS, *_SUMS, "||", "->", "->>", "#>", "#>>", "~~", "!~~", "~", "~*", "@>", "<@", "&&"}
)
_REGEXES = frozenset({"~", "~*", "!~", "!~*"})
# The claims of each token of Supabase.
_CLAIMS = split_words(
    "aal amr app_metadata aud email exp iat is_anonymous iss phone role session_id sub user_metadata"
)
# Functions may be recursive.
_DEPTH = 5
_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})


def fold_expression(
    node: Node,
    relation: HistoryRelation | None = None,
    caller: CallerIdentity = ANY_CALLER,
    schema: HistorySchema | None = None,
) -> FoldedValue:
    """Return the value of an expression in a policy for a caller.

    Args:
        node: The expression.
        relation: The table of the policy.
        caller: The caller.
        schema: If given, calls of user-defined functions that only return an expression are replaced by the
            expression.
    """
    return Fold(relation, caller, schema).value(node)


def is_always_true(
    node: Node,
    relation: HistoryRelation | None,
    caller: CallerIdentity = ANY_CALLER,
    schema: HistorySchema | None = None,
) -> bool:
    """Return whether a condition is true for every possible row."""
    return fold_expression(node, relation, caller, schema) is True


def fold_row_condition(node: Node, values: Mapping[str, FoldedValue]) -> FoldedValue:
    """Return the value of a condition on one row.

    Args:
        node: The condition.
        values: The known values of the row, by column.
    """
    return to_boolean(Fold(None, ANY_CALLER, values=values).value(node))


# Several rules fold the same clause.
@cached
def _values_by_caller(_: PolicyClause) -> dict[CallerIdentity, FoldedValue]:
    """Return the values of a condition that are known so far."""
    return {}


def fold_condition(clause: PolicyClause, caller: CallerIdentity = ANY_CALLER) -> FoldedValue:
    """Return the value of a policy's condition for a caller."""
    values = _values_by_caller(clause)
    if caller not in values:
        values[caller] = fold_expression(clause.tree, clause.relation, caller, clause.schema)
    return values[caller]


def allows_every_row(clause: PolicyClause, caller: CallerIdentity = ANY_CALLER) -> bool:
    """Return whether a policy's condition is true for every possible row."""
    return fold_condition(clause, caller) is True


@attrs.frozen(eq=False)
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
            return to_boolean(value) if isinstance(value, str | bool) else value
        if kind in _TEXTS or not isinstance(value, CONSTANTS):
            return value
        is_kept = isinstance(value, int | float) and kind.startswith(("int", "numeric", "uuid"))
        return value if is_kept else NOT_NULL

    def boolean(self, node: Node) -> FoldedValue:
        """Fold AND, OR or NOT."""
        operator_name = enumeration("BoolExprType")[node.boolop]
        values = [to_boolean(self.value(argument)) for argument in node.args[:]]
        if operator_name == "NOT_EXPR":
            (operand,) = values
            return (not operand) if isinstance(operand, bool) else None if operand is None else UNKNOWN
        is_or = operator_name == "OR_EXPR"
        return is_or if includes_opposites(node.args) else join_conditions(values, is_or=is_or)

    def operation(self, node: Node) -> FoldedValue:
        """Fold an operator, IN, BETWEEN, LIKE and so on."""
        kind = enumeration("A_Expr_Kind")[node.kind]
        method = _OPERATIONS.get(kind)
        return method(self, node) if method else UNKNOWN

    def comparison(self, node: Node) -> FoldedValue:
        """Fold an operator with two operands."""
        name = strings(node.name)[-1]
        claim = self._fold_claim(node, name)
        if claim is not None:
            return claim[0]
        if pairs := _pair_rows(node.lexpr, node.rexpr):
            return self._compare_rows(name, pairs)
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        return self._compute(name, (node.lexpr, left), (node.rexpr, right))

    def _compute(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        """Return the result of a built-in operator."""
        left, right = left_side[1], right_side[1]
        if (left is None or right is None) and name in _STRICT:
            return None
        if name in COMPARISONS:
            return self._compare(name, left_side, right_side)
        if name in _SUMS and type(left) is int and type(right) is int:
            return _SUMS[name](left, right)
        if name in _REGEXES:
            return _match(matches_regex, name, left, right)
        return NOT_NULL if name == "||" and UNKNOWN not in {left, right} else UNKNOWN

    def _compare(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        (first, left), (second, right) = left_side, right_side
        if left is None or right is None:
            return None
        if isinstance(left, CONSTANTS) and isinstance(right, CONSTANTS):
            return compare_constants(name, left, right)
        if left is NOT_NULL and right is NOT_NULL and self._are_equal(first, second):
            return name in _SAME
        return UNKNOWN

    def _compare_rows(self, name: str, pairs: list[tuple[Node, Node]]) -> FoldedValue:
        if name not in {"=", "<>", "!="}:
            return UNKNOWN
        results = [
            self._compare(name, (left, self.value(left)), (right, self.value(right))) for left, right in pairs
        ]
        return join_conditions(results, is_or=name != "=")

    def _are_equal(self, left: Node, right: Node) -> bool:
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
        """Return the value of auth.jwt() ->> 'sub', 'role' or 'email', which equals that of auth.uid() and others."""
        if name not in {"->", "->>"}:
            return None
        key = self.value(node.rexpr)
        if not self.caller.has_claims and isinstance(key, str) and _is_added_claim(node.lexpr, key):
            return (None,)
        if name == "->" or not _is_jwt(node.lexpr):
            return None
        email = None if self.caller.user is None else UNKNOWN
        # A caller who is signed in need not be an anonymous user of Supabase.
        anonymous = "false" if self.caller.user is NOT_NULL else email
        claims = {
            "sub": self.caller.user,
            "role": self.caller.role,
            "email": email,
            "is_anonymous": anonymous,
        }
        if not self.caller.has_claims:
            claims["aal"] = "aal1"
        return (claims[key],) if isinstance(key, str) and key in claims else None

    def in_list(self, node: Node) -> FoldedValue:
        """Fold IN or NOT IN with a list."""
        return self._compare_with_items(node, list(node.rexpr.list.items))

    def quantified(self, node: Node) -> FoldedValue:
        """Fold a comparison with ANY or ALL."""
        is_all = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP_ALL"
        right = node.rexpr
        while right.WhichOneof("node") == "type_cast":
            right = right.type_cast.arg
        name = strings(node.name)[-1]
        if right.WhichOneof("node") == "a_array_expr" and (name, is_all) in {("=", False), ("<>", True)}:
            return self._compare_with_items(node, list(right.a_array_expr.elements))
        if right.WhichOneof("node") == "sub_link" and self._is_empty(right.sub_link.subselect.select_stmt):
            return is_all
        return NEVER_TRUE if not is_all and self.value(node.lexpr) is None else UNKNOWN

    def _compare_with_items(self, node: Node, items: list[Node]) -> FoldedValue:
        """Compare a value with the items of a list: IN and = ANY, or NOT IN and <> ALL."""
        value = self.value(node.lexpr)
        if not items:
            return strings(node.name)[-1] != "="
        results = [
            self._compare_rows("=", pairs)
            if (pairs := _pair_rows(node.lexpr, item))
            else self._compare("=", (node.lexpr, value), (item, self.value(item)))
            for item in items
        ]
        is_in: FoldedValue = (
            True if True in results else UNKNOWN if UNKNOWN in results else None if None in results else False
        )
        return is_in if strings(node.name)[-1] == "=" or not isinstance(is_in, bool) else not is_in

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

    def between(self, node: Node) -> FoldedValue:
        """Fold BETWEEN or NOT BETWEEN."""
        value = self.value(node.lexpr)
        bounds = zip((">=", "<="), node.rexpr.list.items, strict=True)
        results = [
            self._compare(name, (node.lexpr, value), (item, self.value(item))) for name, item in bounds
        ]
        is_between = join_conditions(results, is_or=False)
        if enumeration("A_Expr_Kind")[node.kind] == "AEXPR_BETWEEN":
            return is_between
        return not is_between if isinstance(is_between, bool) else UNKNOWN

    def distinct(self, node: Node) -> FoldedValue:
        """Fold IS DISTINCT FROM."""
        negated = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_NOT_DISTINCT"
        pairs = _pair_rows(node.lexpr, node.rexpr)
        if pairs:
            # Rows are distinct if one pair of their fields is.
            fields = [self._are_distinct(left, right, negated=negated) for left, right in pairs]
            return join_conditions(fields, is_or=not negated)
        return self._are_distinct(node.lexpr, node.rexpr, negated=negated)

    def _are_distinct(self, first: Node, second: Node, *, negated: bool) -> FoldedValue:
        left, right = self.value(first), self.value(second)
        if left is not UNKNOWN and self._are_equal(first, second):
            return negated
        if not isinstance(left, PartialValue) and not isinstance(right, PartialValue):
            return (left == right and type(left) is type(right)) is negated
        if {left, right} == {None, NOT_NULL}:
            return not negated
        return UNKNOWN

    def like(self, node: Node) -> FoldedValue:
        """Fold LIKE or ILIKE."""
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        if left is None or right is None:
            return None
        name = strings(node.name)[-1]
        if isinstance(left, str):
            return _match(is_like, name, left, right)
        everything = right == "%" and name in {"~~", "~~*"}
        return True if everything and left is not UNKNOWN else UNKNOWN

    def similar(self, node: Node) -> FoldedValue:
        """Fold SIMILAR TO."""
        # The parser wraps the pattern, and an ESCAPE if there is one: similar_to_escape('...', '...').
        arguments = node.rexpr.func_call.args
        left, right = self.value(node.lexpr), self.value(arguments[0]) if len(arguments) == 1 else UNKNOWN
        if left is None or right is None:
            return None
        found = is_similar(left, right) if isinstance(left, str) and isinstance(right, str) else None
        return UNKNOWN if found is None else found is not strings(node.name)[-1].startswith("!")

    def nullif(self, node: Node) -> FoldedValue:
        """Fold NULLIF."""
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        if left is None or (isinstance(left, CONSTANTS) and left == right and type(left) is type(right)):
            return None
        return left if isinstance(left, CONSTANTS) and isinstance(right, CONSTANTS) else UNKNOWN

    def null_test(self, node: Node) -> FoldedValue:
        """Fold IS NULL or IS NOT NULL."""
        value = self.value(node.arg)
        tests_null = enumeration("NullTestType")[node.nulltesttype] == "IS_NULL"
        if value is None:
            return tests_null
        return UNKNOWN if value in {UNKNOWN, NEVER_TRUE} else not tests_null

    def boolean_test(self, node: Node) -> FoldedValue:
        """Fold IS TRUE, IS UNKNOWN and so on."""
        value = to_boolean(self.value(node.arg))
        test_name = enumeration("BoolTestType")[node.booltesttype].removeprefix("IS_")
        negated = test_name.startswith("NOT_")
        tested = {"TRUE": True, "FALSE": False, "UNKNOWN": None}[test_name.removeprefix("NOT_")]
        if value is NEVER_TRUE and tested is True:
            return negated
        if isinstance(value, PartialValue):
            return UNKNOWN
        return (value is tested) is not negated

    def coalesce(self, node: Node) -> FoldedValue:
        """Fold COALESCE."""
        values = [value for value in map(self.value, node.args) if value is not None]
        if not values or not isinstance(values[0], PartialValue):
            return values[0] if values else None
        if values[0] is NEVER_TRUE and all(value is NEVER_TRUE or value is False for value in values):
            return NEVER_TRUE
        return (
            NOT_NULL
            if any(value is NOT_NULL or not isinstance(value, PartialValue) for value in values)
            else UNKNOWN
        )

    def extreme(self, node: Node) -> FoldedValue:
        """Fold GREATEST or LEAST, which ignore NULL."""
        values = [value for value in map(self.value, node.args) if value is not None]
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return NOT_NULL if any(value is not UNKNOWN for value in values) else UNKNOWN
        best = max if enumeration("MinMaxOp")[node.op] == "IS_GREATEST" else min
        return best((value for value in values if isinstance(value, int)), default=None)

    def case(self, node: Node) -> FoldedValue:
        """Fold CASE."""
        possible: list[FoldedValue] = []
        for wrapped_when in node.args:
            when = wrapped_when.case_when
            condition = UNKNOWN if node.HasField("arg") else to_boolean(self.value(when.expr))
            if condition is True:
                return self._common_value(possible, self.value(when.result))
            if condition is UNKNOWN:
                possible.append(self.value(when.result))
        return self._common_value(
            possible, self.value(node.defresult) if node.HasField("defresult") else None
        )

    def _common_value(self, possible: list[FoldedValue], last: FoldedValue) -> FoldedValue:
        return last if all(value is last for value in possible) else UNKNOWN

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
            if name == "email":
                return None if self.caller.user is None else UNKNOWN
            if name == "jwt":
                return NOT_NULL if self.caller.user is NOT_NULL else UNKNOWN
            return {"uid": self.caller.user, "role": self.caller.role}.get(name, UNKNOWN)
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
            return self._compare("=", (node.testexpr, tested), (value, self.value(value)))
        if self._is_empty(select) and not node.oper_name:
            return False
        return NEVER_TRUE if tested is None else UNKNOWN


def _pair_rows(left: Node, right: Node) -> list[tuple[Node, Node]]:
    """Return the pairs of fields of two row expressions; none if one of the two is another expression."""
    if left.WhichOneof("node") != "row_expr" or right.WhichOneof("node") != "row_expr":
        return []
    return list(zip(left.row_expr.args, right.row_expr.args, strict=False))


def _match(
    matches: Callable[..., bool | None], operator_name: str, text: FoldedValue, pattern: FoldedValue
) -> FoldedValue:
    """Return the value of LIKE or of a regular expression."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return UNKNOWN
    found = matches(text, pattern, ignore_case=operator_name.endswith("*"))
    return UNKNOWN if found is None else found is not operator_name.startswith("!")


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


def _is_added_claim(node: Node, key: str) -> bool:
    """Return whether a project adds a claim to the tokens of Supabase: at the top, or in app_metadata."""
    if _is_jwt(node):
        return key not in _CLAIMS
    operation = node.a_expr
    if strings(operation.name)[-1:] != ("->",) or not _is_jwt(operation.lexpr):
        return False
    return option_text(operation.rexpr) == "app_metadata" and key not in {"provider", "providers"}


def _is_jwt(node: Node) -> bool:
    kind = node.WhichOneof("node")
    if kind == "sub_link":
        unwrapped = unwrap_scalar_subselect(node.sub_link)
        return unwrapped is not None and _is_jwt(unwrapped)
    if kind == "type_cast":
        return _is_jwt(node.type_cast.arg)
    if kind == "a_expr" and enumeration("A_Expr_Kind")[node.a_expr.kind] == "AEXPR_NULLIF":
        return _is_jwt(node.a_expr.lexpr)
    if kind != "func_call":
        return False
    if qualified_name(node.func_call.funcname)[1] == "current_setting" and node.func_call.args:
        return option_text(node.func_call.args[0]) == "request.jwt.claims"
    return qualified_name(node.func_call.funcname) == ("auth", "jwt")


_OPERATIONS: dict[str, Callable[[Fold, Node], FoldedValue]] = {
    "AEXPR_OP": Fold.comparison,
    "AEXPR_IN": Fold.in_list,
    "AEXPR_OP_ANY": Fold.quantified,
    "AEXPR_OP_ALL": Fold.quantified,
    "AEXPR_DISTINCT": Fold.distinct,
    "AEXPR_NOT_DISTINCT": Fold.distinct,
    "AEXPR_LIKE": Fold.like,
    "AEXPR_ILIKE": Fold.like,
    "AEXPR_SIMILAR": Fold.similar,
    "AEXPR_NULLIF": Fold.nullif,
    "AEXPR_BETWEEN": Fold.between,
    "AEXPR_NOT_BETWEEN": Fold.between,
}
_KINDS: dict[str, Callable[[Fold, Node], FoldedValue]] = {
    "a_const": Fold.constant,
    "type_cast": Fold.cast,
    "bool_expr": Fold.boolean,
    "a_expr": Fold.operation,
    "null_test": Fold.null_test,
    "boolean_test": Fold.boolean_test,
    "coalesce_expr": Fold.coalesce,
    "case_expr": Fold.case,
    "min_max_expr": Fold.extreme,
    "column_ref": Fold.column,
    "func_call": Fold.call,
    "param_ref": Fold.parameter,
    "sub_link": Fold.sub_link,
    "sqlvalue_function": lambda _, __: NOT_NULL,
    "a_array_expr": lambda _, __: NOT_NULL,
    "row_expr": lambda _, __: NOT_NULL,
}
