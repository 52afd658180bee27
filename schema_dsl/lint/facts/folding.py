"""What a condition comes to, so far as it can be known without rows; see `values` for what a value is."""

from __future__ import annotations

import operator
from collections.abc import Callable
from weakref import WeakKeyDictionary

import attrs

from schema_dsl.lint.facts.bodies import named, only_value, result
from schema_dsl.lint.facts.clauses import PolicyClause, wrapped
from schema_dsl.lint.facts.same_expression import covers, shape
from schema_dsl.lint.facts.values import (
    CONSTANTS,
    NEVER,
    ORDERS,
    SOMETHING,
    UNKNOWN,
    Folded,
    PartialValue,
    fails,
    joined,
    ordered,
    truth,
)
from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.lint.history.trees import enumeration, option_text, qualified
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


@attrs.frozen
class CallerIdentity:
    """Who asks: what auth.uid() gives, and auth.role()."""

    user: Folded = UNKNOWN
    role: Folded = UNKNOWN


SOMEBODY = CallerIdentity()
NOBODY = CallerIdentity(user=None, role="anon")
SIGNED_IN = CallerIdentity(user=SOMETHING, role="authenticated")

_SAME = frozenset({"=", "<=", ">="})
_SUMS: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
# Built in, and NULL if anything that they are given is.
_STRICT = frozenset(
    {*ORDERS, *_SUMS, "||", "->", "->>", "#>", "#>>", "~~", "!~~", "~", "~*", "@>", "<@", "&&"}
)
# Functions may call each other without end.
_DEPTH = 5
_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})


def fold(
    node: Node,
    relation: HistoryRelation | None = None,
    caller: CallerIdentity = SOMEBODY,
    schema: Schema | None = None,
) -> Folded:
    """Work out what an expression of a policy on `relation` gives for a caller.

    With `schema`, functions of one's own are seen through that give an expression and do nothing else.
    """
    return _Fold(relation, caller, schema).value(node)


def always(
    node: Node,
    relation: HistoryRelation | None,
    caller: CallerIdentity = SOMEBODY,
    schema: Schema | None = None,
) -> bool:
    """Say whether a condition is true for every row, whatever is in it."""
    return fold(node, relation, caller, schema) is True


# Several rules ask the same of each clause.
_KNOWN: WeakKeyDictionary[PolicyClause, dict[CallerIdentity, Folded]] = WeakKeyDictionary()


def comes_to(clause: PolicyClause, caller: CallerIdentity = SOMEBODY) -> Folded:
    """Work out what a policy's condition gives for a caller."""
    known = _KNOWN.setdefault(clause, {})
    if caller not in known:
        known[caller] = fold(clause.tree, clause.relation, caller, clause.schema)
    return known[caller]


def holds(clause: PolicyClause, caller: CallerIdentity = SOMEBODY) -> bool:
    """Say whether a policy's condition is true for every row, whatever is in it."""
    return comes_to(clause, caller) is True


@attrs.frozen(eq=False)
class _Fold:
    relation: HistoryRelation | None
    caller: CallerIdentity
    schema: Schema | None = None
    depth: int = _DEPTH

    def value(self, node: Node) -> Folded:
        kind = node.WhichOneof("node")
        of = _KINDS.get(kind or "")
        return of(self, getattr(node, kind)) if of and kind else UNKNOWN

    def constant(self, node: Node) -> Folded:
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
        return str(node.sval.sval) if which == "sval" else SOMETHING

    def cast(self, node: Node) -> Folded:
        given = self.value(node.arg)
        kind = qualified(node.type_name.names)[1]
        if kind == "bool":
            return truth(given) if isinstance(given, str | bool) else given
        if kind in _TEXTS or not isinstance(given, CONSTANTS):
            return given
        return given if isinstance(given, int | float) and kind.startswith(("int", "numeric")) else SOMETHING

    def boolean(self, node: Node) -> Folded:
        what = enumeration("BoolExprType")[node.boolop]
        values = [truth(self.value(each)) for each in node.args]
        if what == "NOT_EXPR":
            (only,) = values
            return (not only) if isinstance(only, bool) else None if only is None else UNKNOWN
        wins = what == "OR_EXPR"
        return wins if covers(node.args) else joined(values, wins=wins)

    def operation(self, node: Node) -> Folded:
        kind = enumeration("A_Expr_Kind")[node.kind]
        of = _OPERATIONS.get(kind)
        return of(self, node) if of else UNKNOWN

    def compared(self, node: Node) -> Folded:
        name = strings(node.name)[-1]
        claim = self._claim(node, name)
        if claim is not None:
            return claim[0]
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        if (left is None or right is None) and name in _STRICT:
            return None
        if name in ORDERS:
            return self._ordered(name, (node.lexpr, left), (node.rexpr, right))
        if name in _SUMS and type(left) is int and type(right) is int:
            return _SUMS[name](left, right)
        if name == "||" and UNKNOWN not in {left, right}:
            return SOMETHING
        return UNKNOWN

    def _ordered(self, name: str, one: tuple[Node, Folded], other: tuple[Node, Folded]) -> Folded:
        (first, left), (second, right) = one, other
        if left is None or right is None:
            return None
        if isinstance(left, CONSTANTS) and isinstance(right, CONSTANTS):
            return ordered(name, left, right)
        if left is SOMETHING and right is SOMETHING and self._same(first, second):
            return name in _SAME
        return UNKNOWN

    def _same(self, one: Node, other: Node) -> bool:
        return shape(self._reduced(one)) == shape(self._reduced(other))

    def _reduced(self, node: Node) -> Node:
        """Give what an expression comes to by what is known to be NULL in it."""
        inner = wrapped(node.sub_link) if node.WhichOneof("node") == "sub_link" else None
        if inner is not None:
            return self._reduced(inner)
        if node.WhichOneof("node") == "coalesce_expr":
            rest = [each for each in node.coalesce_expr.args if self.value(each) is not None]
            if rest and self.value(rest[0]) is SOMETHING:
                return self._reduced(rest[0])
        return node

    def _claim(self, node: Node, name: str) -> tuple[Folded] | None:
        """Read auth.jwt() ->> 'sub' and the like, which say the same as the functions."""
        if name != "->>" or not _is_jwt(node.lexpr):
            return None
        key = self.value(node.rexpr)
        email = None if self.caller.user is None else UNKNOWN
        known = {"sub": self.caller.user, "role": self.caller.role, "email": email}
        return (known[key],) if isinstance(key, str) and key in known else None

    def listed(self, node: Node) -> Folded:
        return self._any(node, list(node.rexpr.list.items))

    def quantified(self, node: Node) -> Folded:
        every = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP_ALL"
        right = node.rexpr
        while right.WhichOneof("node") == "type_cast":
            right = right.type_cast.arg
        name = strings(node.name)[-1]
        if right.WhichOneof("node") == "a_array_expr" and (name, every) in {("=", False), ("<>", True)}:
            return self._any(node, list(right.a_array_expr.elements))
        if right.WhichOneof("node") == "sub_link" and self._empty(right.sub_link.subselect.select_stmt):
            return every
        return NEVER if not every and self.value(node.lexpr) is None else UNKNOWN

    def _any(self, node: Node, items: list[Node]) -> Folded:
        """Hold something against each of a list: IN and = ANY, or NOT IN and <> ALL."""
        given = self.value(node.lexpr)
        if not items:
            return strings(node.name)[-1] != "="
        found = [self._ordered("=", (node.lexpr, given), (each, self.value(each))) for each in items]
        same: Folded = (
            True if True in found else UNKNOWN if UNKNOWN in found else None if None in found else False
        )
        return same if strings(node.name)[-1] == "=" or not isinstance(same, bool) else not same

    def _empty(self, select: Node) -> bool:
        """Whether a sub-select surely gives no row; what sums up gives one even then."""
        if not select.HasField("where_clause") or select.HasField("larg"):
            return False
        where = truth(attrs.evolve(self, relation=None).value(select.where_clause))
        sums_up = any(
            each.DESCRIPTOR.name == "FuncCall" for item in select.target_list for each in walk(item)
        )
        return not sums_up and fails(where)

    def distinct(self, node: Node) -> Folded:
        negated = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_NOT_DISTINCT"
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        if left is not UNKNOWN and self._same(node.lexpr, node.rexpr):
            return negated
        if not isinstance(left, PartialValue) and not isinstance(right, PartialValue):
            return (left == right and type(left) is type(right)) is negated
        if {left, right} == {None, SOMETHING}:
            return not negated
        return UNKNOWN

    def liked(self, node: Node) -> Folded:
        left, right = self.value(node.lexpr), self.value(node.rexpr)
        if left is None or right is None:
            return None
        everything = right == "%" and strings(node.name)[-1] in {"~~", "~~*"}
        return True if everything and left is not UNKNOWN else UNKNOWN

    def nullif(self, node: Node) -> Folded:
        left = self.value(node.lexpr)
        return None if left is None else UNKNOWN

    def null_test(self, node: Node) -> Folded:
        given = self.value(node.arg)
        wanted = enumeration("NullTestType")[node.nulltesttype] == "IS_NULL"
        if given is None:
            return wanted
        return UNKNOWN if given in {UNKNOWN, NEVER} else not wanted

    def boolean_test(self, node: Node) -> Folded:
        given = truth(self.value(node.arg))
        what = enumeration("BoolTestType")[node.booltesttype].removeprefix("IS_")
        negated = what.startswith("NOT_")
        wanted = {"TRUE": True, "FALSE": False, "UNKNOWN": None}[what.removeprefix("NOT_")]
        if given is NEVER and wanted is True:
            return negated
        if isinstance(given, PartialValue):
            return UNKNOWN
        return (given is wanted) is not negated

    def coalesced(self, node: Node) -> Folded:
        values = [each for each in map(self.value, node.args) if each is not None]
        if not values or not isinstance(values[0], PartialValue):
            return values[0] if values else None
        if values[0] is NEVER and all(each is NEVER or each is False for each in values):
            return NEVER
        return (
            SOMETHING
            if any(each is SOMETHING or not isinstance(each, PartialValue) for each in values)
            else UNKNOWN
        )

    def case(self, node: Node) -> Folded:
        possible: list[Folded] = []
        for wrapped_when in node.args:
            when = wrapped_when.case_when
            holds = UNKNOWN if node.HasField("arg") else truth(self.value(when.expr))
            if holds is True:
                return self._one(possible, self.value(when.result))
            if holds is UNKNOWN:
                possible.append(self.value(when.result))
        return self._one(possible, self.value(node.defresult) if node.HasField("defresult") else None)

    def _one(self, possible: list[Folded], last: Folded) -> Folded:
        return last if all(each is last for each in possible) else UNKNOWN

    def column(self, node: Node) -> Folded:
        names = strings(node.fields)
        relation = self.relation
        if relation is None or (len(names) > 1 and names[-2] != relation.name):
            return UNKNOWN
        found = relation.columns.get(names[-1])
        return SOMETHING if found is not None and found.not_null and not found.doubtful else UNKNOWN

    def call(self, node: Node) -> Folded:
        where, name = qualified(node.funcname)
        if where == "auth":
            if name == "email":
                return None if self.caller.user is None else UNKNOWN
            if name == "jwt":
                return SOMETHING if self.caller.user is SOMETHING else UNKNOWN
            return {"uid": self.caller.user, "role": self.caller.role}.get(name, UNKNOWN)
        if where in {"", "pg_catalog"} and name == "current_setting" and node.args:
            # A setting of one's own stands for the user; unset, it is NULL, if that is asked for.
            custom = "." in option_text(node.args[0])
            return None if custom and len(node.args) > 1 and self.caller.user is None else UNKNOWN
        if name == "now" and where in {"", "pg_catalog"}:
            return SOMETHING
        routine = named(self.schema, node) if self.schema is not None and self.depth else None
        # What a STRICT one gives depends on what it is given.
        given = result(routine) if routine is not None and not routine.strict else None
        return UNKNOWN if given is None else self._within().value(given)

    def _within(self) -> _Fold:
        """Look into a function, where names are its arguments and not columns."""
        return attrs.evolve(self, relation=None, depth=self.depth - 1)

    def sub_link(self, node: Node) -> Folded:
        inner = wrapped(node)
        if inner is not None:
            return self.value(inner)
        kind = enumeration("SubLinkType")[node.sub_link_type]
        select = node.subselect.select_stmt
        if kind == "EXISTS_SUBLINK":
            return self._exists(select)
        if kind == "ANY_SUBLINK":
            return self._within_rows(node, select)
        return SOMETHING if kind == "ARRAY_SUBLINK" else UNKNOWN

    def _exists(self, select: Node) -> Folded:
        if self._empty(select):
            return False
        if select.from_clause or select.HasField("limit_count") or select.HasField("larg"):
            return UNKNOWN
        sure = select.target_list or not select.values_lists
        if not select.HasField("where_clause"):
            return True if sure else UNKNOWN
        return True if sure and truth(self.value(select.where_clause)) is True else UNKNOWN

    def _within_rows(self, node: Node, select: Node) -> Folded:
        """Hold something against the rows of a sub-select: IN (SELECT ...)."""
        value = None if node.oper_name else only_value(select)
        given = self.value(node.testexpr)
        if value is not None:
            return self._ordered("=", (node.testexpr, given), (value, self.value(value)))
        if self._empty(select) and not node.oper_name:
            return False
        return NEVER if given is None else UNKNOWN


def _is_jwt(node: Node) -> bool:
    kind = node.WhichOneof("node")
    if kind == "sub_link":
        inner = wrapped(node.sub_link)
        return inner is not None and _is_jwt(inner)
    if kind == "type_cast":
        return _is_jwt(node.type_cast.arg)
    if kind == "a_expr" and enumeration("A_Expr_Kind")[node.a_expr.kind] == "AEXPR_NULLIF":
        return _is_jwt(node.a_expr.lexpr)
    if kind != "func_call":
        return False
    if qualified(node.func_call.funcname)[1] == "current_setting" and node.func_call.args:
        return option_text(node.func_call.args[0]) == "request.jwt.claims"
    return qualified(node.func_call.funcname) == ("auth", "jwt")


_OPERATIONS: dict[str, Callable[[_Fold, Node], Folded]] = {
    "AEXPR_OP": _Fold.compared,
    "AEXPR_IN": _Fold.listed,
    "AEXPR_OP_ANY": _Fold.quantified,
    "AEXPR_OP_ALL": _Fold.quantified,
    "AEXPR_DISTINCT": _Fold.distinct,
    "AEXPR_NOT_DISTINCT": _Fold.distinct,
    "AEXPR_LIKE": _Fold.liked,
    "AEXPR_ILIKE": _Fold.liked,
    "AEXPR_NULLIF": _Fold.nullif,
}
_KINDS: dict[str, Callable[[_Fold, Node], Folded]] = {
    "a_const": _Fold.constant,
    "type_cast": _Fold.cast,
    "bool_expr": _Fold.boolean,
    "a_expr": _Fold.operation,
    "null_test": _Fold.null_test,
    "boolean_test": _Fold.boolean_test,
    "coalesce_expr": _Fold.coalesced,
    "case_expr": _Fold.case,
    "column_ref": _Fold.column,
    "func_call": _Fold.call,
    "sub_link": _Fold.sub_link,
    "sqlvalue_function": lambda _, __: SOMETHING,
    "a_array_expr": lambda _, __: SOMETHING,
    "row_expr": lambda _, __: SOMETHING,
}
