"""Owner columns of rows, and the comparisons with the caller in a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration, operator_name, single_value
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import ExpressionPart, PolicyCall, PolicyClause, read_constant, strip_casts
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import walk


class Comparison(NamedTuple):
    """A comparison of the caller's identity with another expression.

    Attributes:
        node: The A_Expr or SubLink.
        operator: The name of the operator.
        call: The call that reads the identity of the caller.
        other: The operand without the caller.
        caller_side: The operand with the caller.
        selects: The sub-selects around the comparison, outermost first.
    """

    node: Node
    operator: str
    call: PolicyCall
    other: Node
    caller_side: Node
    selects: tuple[Node, ...]

    @property
    def kind(self) -> str:
        """The kind of operator in the grammar; IN (SELECT value) without FROM counts as an ordinary =."""
        return (
            enumeration("A_Expr_Kind")[self.node.kind]
            if self.node.DESCRIPTOR.name == "A_Expr"
            else "AEXPR_OP"
        )

    @property
    def values(self) -> tuple[str, ...]:
        """The constants on the other side, or in its list, as text."""
        constants = (read_constant(item) for item in list_items(self.other))
        return tuple(item for item in constants if item is not None)

    @property
    def caller_is_left(self) -> bool:
        """Return whether the caller is the left operand."""
        first = self.node.lexpr if self.node.DESCRIPTOR.name == "A_Expr" else self.node.testexpr
        return first is self.caller_side or first == self.caller_side


# Operators that extract from a JSON value.
_JSON_EXTRACTION = frozenset({"->", "->>", "#>", "#>>"})
_COMPARING = frozenset({"A_Expr", "SubLink"})
_OTHER_INPUTS = frozenset({"ColumnRef", "RangeVar", "BoolExpr"})


@cached
def find_comparisons(clause: PolicyClause) -> tuple[Comparison, ...]:
    """Return the comparisons in a condition with the caller's identity as exactly one operand."""
    return tuple(_find_comparisons(clause)) if clause.identity_calls else ()


def _find_comparisons(clause: PolicyClause) -> Iterator[Comparison]:
    # The clause keeps its calls, so that no other node gets the same id.
    calls = {id(call.node): call for call in clause.identity_calls}
    for part in clause.parts:
        sides = _find_sides(part) if part.kind in _COMPARING else None
        if sides is None:
            continue
        operator, left_operand, right_operand = sides
        left, right = _find_identity_call(calls, left_operand), _find_identity_call(calls, right_operand)
        if left is not None and right is None:
            yield Comparison(part.node, operator, left, right_operand, left_operand, part.selects)
        elif right is not None and left is None:
            yield Comparison(part.node, operator, right, left_operand, right_operand, part.selects)


def _find_sides(part: ExpressionPart) -> tuple[str, Node, Node] | None:
    """Return an operator and its operands; None for a node that compares nothing."""
    node = part.node
    if part.kind == "A_Expr":
        name = operator_name(node)
        return None if name in _JSON_EXTRACTION else (name, node.lexpr, node.rexpr)
    if part.kind == "SubLink" and enumeration("SubLinkType")[node.sub_link_type] == "ANY_SUBLINK":
        value = None if node.oper_name else single_value(node.subselect.select_stmt)
        return None if value is None else ("=", node.testexpr, value)
    return None


def list_items(node: Node) -> list[Node]:
    """Return the items of a list after IN or of an array in ANY; any other expression is its own single item."""
    stripped = strip_casts(node)
    if stripped.DESCRIPTOR.name == "List":
        return list(stripped.items)
    if stripped.DESCRIPTOR.name == "A_ArrayExpr":
        return list(stripped.elements)
    return [node]


def _find_identity_call(calls: Mapping[int, PolicyCall], node: Node) -> PolicyCall | None:
    """Return the call of `calls`, by the id of its node, in an operand that depends on nothing else."""
    if node.WhichOneof("node") in {"column_ref", "a_const", None}:
        return None
    stripped = strip_casts(node)
    identity = calls.get(id(stripped))
    if identity is not None and not (identity.part.kind == "FuncCall" and stripped.args):
        return identity
    identity = None
    for descendant in walk(node):
        if type(descendant).__name__ in _OTHER_INPUTS:
            return None
        identity = identity or calls.get(id(descendant))
    return identity


def find_compared_column(clause: PolicyClause, comparison: Comparison) -> str:
    """Return the column of the policy's table that a comparison compares, ignoring casts; "" for anything else."""
    stripped = strip_casts(comparison.other)
    return (
        clause.find_table_column(stripped, comparison.selects)
        if stripped.DESCRIPTOR.name == "ColumnRef"
        else ""
    )


def find_owner_columns(clause: PolicyClause | None) -> frozenset[str]:
    """Return the columns that must equal the caller's identity for a condition to be true.

    A function that returns a set, such as the teams of the caller, is no identity.
    """
    return frozenset(
        column
        for comparison, column in _list_required(clause)
        if comparison.call.routine is None or not comparison.call.routine.signature.returns_set
    )


def _list_required(clause: PolicyClause | None) -> tuple[tuple[Comparison, str], ...]:
    if clause is None or not clause.identity_calls:
        return ()
    return _find_required(clause)


@cached
def _find_required(clause: PolicyClause) -> tuple[tuple[Comparison, str], ...]:
    """Return the comparisons by = with the caller that must be true, each with its column."""
    required = _list_own_conjuncts(clause)
    return tuple(
        (comparison, column)
        for comparison in find_comparisons(clause)
        if comparison.operator == "="
        and not comparison.selects
        and any(comparison.node is conjunct for conjunct in required)
        if comparison.kind == "AEXPR_OP"
        if (column := find_compared_column(clause, comparison))
    )


def list_conjuncts(node: Node) -> Iterator[Node]:
    """Yield the operands of AND in a condition, which must all be true; without AND, the condition."""
    stripped = strip_casts(node)
    if stripped.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[stripped.boolop] == "AND_EXPR":
        for argument in stripped.args[:]:
            yield from list_conjuncts(argument)
    else:
        yield stripped


def list_alternatives(node: Node) -> Iterator[Node]:
    """Yield the operands of OR in a condition, of which one must be true; without OR, the condition."""
    stripped = strip_casts(node)
    if stripped.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[stripped.boolop] == "OR_EXPR":
        for argument in stripped.args:
            yield from list_alternatives(argument)
    else:
        yield node


@cached
def _list_own_conjuncts(clause: PolicyClause) -> tuple[Node, ...]:
    return tuple(list_conjuncts(clause.tree))


def find_lookup_columns(clause: PolicyClause | None) -> frozenset[str]:
    """Return the columns by which an index can find the caller's rows: owner columns, and `= ANY` of a sub-select."""
    if clause is None or not clause.identity_calls:
        return frozenset()
    return frozenset(column for _, column in _list_required(clause)) | {
        name
        for node in _list_own_conjuncts(clause)
        if node.DESCRIPTOR.name == "A_Expr" and enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP_ANY"
        if _is_array_read_once(node.rexpr) and (name := _find_column(clause, node.lexpr))
    }


def _is_array_read_once(node: Node) -> bool:
    """Return whether an array is ARRAY (SELECT ...), or a call in a sub-select."""
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return bool(node.WhichOneof("node") == "sub_link")


def _find_column(clause: PolicyClause, node: Node) -> str:
    stripped = strip_casts(node)
    return clause.find_table_column(stripped) if stripped.DESCRIPTOR.name == "ColumnRef" else ""


def find_caller_columns(clause: PolicyClause | None) -> frozenset[str]:
    """Return the columns that tie a row to the caller: owner columns, and keys of a lookup for the caller.

    Lookups are `team_id IN (SELECT ... auth.uid())`, EXISTS, and `private.is_member(team_id)`.
    """
    if clause is None or not clause.identity_calls:
        return frozenset()
    return find_owner_columns(clause).union(
        *(_find_caller_columns(clause, node) for node in _list_own_conjuncts(clause))
    )


def _find_caller_columns(clause: PolicyClause, node: Node) -> set[str]:
    kind = node.DESCRIPTOR.name
    nodes = list(walk(node))
    if not any(node is call.node for call in clause.identity_calls for node in nodes):
        return set()
    if kind == "A_Expr":
        equal = enumeration("A_Expr_Kind")[node.kind] in {"AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_NOT_DISTINCT"}
        sides = (_find_column(clause, node.lexpr), _find_column(clause, node.rexpr))
        return {column for column in sides if column} if equal and operator_name(node) == "=" else set()
    if kind == "SubLink" and enumeration("SubLinkType")[node.sub_link_type] == "ANY_SUBLINK":
        name = "" if node.oper_name else _find_column(clause, node.testexpr)
        return {name} if name else set()
    if kind in {"SubLink", "FuncCall"}:
        return {
            name
            for part in clause.find_parts("ColumnRef")
            if any(part.node is node for node in nodes)
            and (name := clause.find_table_column(part.node, part.selects))
        }
    return set()


def find_compared_roles(clause: PolicyClause) -> Iterator[tuple[Comparison, str]]:
    """Yield the role names that a condition compares with auth.role() or the claim role."""
    for comparison in find_comparisons(clause):
        if reads_claim(comparison, "role"):
            for name in comparison.values:
                yield comparison, name


def reads_claim(comparison: Comparison, claim: str) -> bool:
    """Return whether a comparison reads a claim, from the function of that name or from the token."""
    if comparison.call.identity in {claim, {"sub": "uid"}.get(claim, claim)}:
        return True
    if comparison.call.identity != "jwt":
        return False
    for node in walk(comparison.caller_side):
        if _extracts_from_json(node):
            path = (read_constant(node.rexpr) or "").strip("{}").split(",")
            is_argument = any(descendant is comparison.call.node for descendant in walk(node.lexpr))
            is_nested = any(_extracts_from_json(descendant) for descendant in walk(node.lexpr))
            return is_argument and not is_nested and path == [claim]
    return False


def _extracts_from_json(node: Node) -> bool:
    return node.DESCRIPTOR.name == "A_Expr" and operator_name(node) in _JSON_EXTRACTION


_OWNER_NAMES = frozenset({"user_id", "owner_id", "member_id"})


def holds_user_rows(relation: HistoryRelation) -> bool:
    """Return whether users own the rows of a table: it references auth.users, or a column is named user_id or alike."""
    references_users = any(
        constraint.target == ("auth", "users") for constraint in relation.constraints.values()
    )
    return references_users or not _OWNER_NAMES.isdisjoint(relation.columns)


def find_probable_owners(relation: HistoryRelation) -> set[str]:
    """Return the columns that say the owner of a row by their name, or the only one that references auth.users.

    A column that may be NULL, such as an assignee, need not be the owner.
    """
    named = {
        column.name
        for column in relation.columns.values()
        if column.name in {"user_id", "owner_id", "author_id", "created_by"} and column.type == "uuid"
    }
    referencing = {
        each.columns
        for each in relation.constraints.values()
        if each.kind == "foreign_key" and each.target == ("auth", "users")
    }
    only = {name for columns in referencing for name in columns} if len(referencing) == 1 else set()
    return named or {name for name in only if name in relation.columns and relation.columns[name].not_null}
