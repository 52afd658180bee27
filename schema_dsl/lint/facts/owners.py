"""Which column says whose a row is, and what a condition asks of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.lint.facts.bodies import only_value
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause, bare, constant
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


class Comparison(NamedTuple):
    """What the caller is compared with: `own` is the caller's side, `other` the other."""

    node: Node
    operator: str
    call: PolicyCall
    other: Node
    own: Node
    selects: tuple[Node, ...]

    @property
    def kind(self) -> str:
        """Which kind of operator it is, as the grammar has it; IN (SELECT one thing) is an ordinary =."""
        return (
            enumeration("A_Expr_Kind")[self.node.kind]
            if self.node.DESCRIPTOR.name == "A_Expr"
            else "AEXPR_OP"
        )

    @property
    def values(self) -> tuple[str, ...]:
        """The constants that the other side is, or has in its list, as text."""
        found = (constant(each) for each in listed(self.other))
        return tuple(each for each in found if each is not None)

    @property
    def left(self) -> bool:
        """Whether the caller stands left of the operator."""
        first = self.node.lexpr if self.node.DESCRIPTOR.name == "A_Expr" else self.node.testexpr
        return first is self.own or first == self.own


# What takes something out of a JSON value.
_OUT_OF = frozenset({"->", "->>", "#>", "#>>"})
_MORE = frozenset({"ColumnRef", "RangeVar", "BoolExpr"})


@cached
def comparisons(clause: PolicyClause) -> tuple[Comparison, ...]:
    """Give each operator of a condition that has the caller's identity on one of its sides."""
    return tuple(_comparisons(clause)) if clause.identities else ()


def _comparisons(clause: PolicyClause) -> Iterator[Comparison]:
    for part in clause.parts:
        sides = _sides(part.node)
        if sides is None:
            continue
        operator, one, other = sides
        left, right = _identity(clause, one), _identity(clause, other)
        if left is not None and right is None:
            yield Comparison(part.node, operator, left, other, one, part.selects)
        elif right is not None and left is None:
            yield Comparison(part.node, operator, right, one, other, part.selects)


def _sides(node: Node) -> tuple[str, Node, Node] | None:
    """Give an operator and what stands on its sides."""
    kind = node.DESCRIPTOR.name
    if kind == "A_Expr":
        name = strings(node.name)[-1]
        return None if name in _OUT_OF else (name, node.lexpr, node.rexpr)
    if kind == "SubLink" and enumeration("SubLinkType")[node.sub_link_type] == "ANY_SUBLINK":
        value = None if node.oper_name else only_value(node.subselect.select_stmt)
        return None if value is None else ("=", node.testexpr, value)
    return None


def listed(node: Node) -> list[Node]:
    """Give the items of a list or an array, as they stand behind IN or in ANY; one thing alone is itself."""
    inner = bare(node)
    if inner.DESCRIPTOR.name == "List":
        return list(inner.items)
    if inner.DESCRIPTOR.name == "A_ArrayExpr":
        return list(inner.elements)
    return [node]


def _identity(clause: PolicyClause, node: Node) -> PolicyCall | None:
    """Find the call by which a side of a comparison tells who the caller is, if nothing else is in it."""
    if node.WhichOneof("node") in {"column_ref", "a_const", None}:
        return None
    found = None
    for each in walk(node):
        if each.DESCRIPTOR.name in _MORE:
            return None
        found = found or next((call for call in clause.identities if call.node is each), None)
    return found


def compared_column(clause: PolicyClause, found: Comparison) -> str:
    """Give the column of the policy's table that a comparison is with, casts aside; "" for anything else."""
    inner = bare(found.other)
    return clause.own_column(inner, found.selects) if inner.DESCRIPTOR.name == "ColumnRef" else ""


def owners(clause: PolicyClause | None) -> frozenset[str]:
    """Give the columns that a condition wants to be the caller's, whatever else it asks."""
    if clause is None or not clause.identities:
        return frozenset()
    return _owners(clause)


@cached
def _owners(clause: PolicyClause) -> frozenset[str]:
    required = list(conjuncts(clause.tree))
    return frozenset(
        column
        for found in comparisons(clause)
        if found.operator == "=" and not found.selects and any(found.node is each for each in required)
        if found.kind == "AEXPR_OP"
        if (column := compared_column(clause, found))
    )


def conjuncts(node: Node) -> Iterator[Node]:
    """Yield what must all be true for a condition to be."""
    inner = bare(node)
    if inner.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[inner.boolop] == "AND_EXPR":
        for each in inner.args:
            yield from conjuncts(each)
    else:
        yield inner


def looked_up(clause: PolicyClause | None) -> frozenset[str]:
    """Give the columns by which a condition finds rows of the caller: owners, and those that are `= ANY` of a few."""
    if clause is None or not clause.identities:
        return frozenset()
    return owners(clause) | {
        name
        for node in conjuncts(clause.tree)
        if node.DESCRIPTOR.name == "A_Expr" and enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP_ANY"
        if _array_of_once(node.rexpr) and (name := _column(clause, node.lexpr))
    }


def _array_of_once(node: Node) -> bool:
    """Whether it is ARRAY (SELECT ...), or a call in a sub-select of its own."""
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return bool(node.WhichOneof("node") == "sub_link")


def _column(clause: PolicyClause, node: Node) -> str:
    inner = bare(node)
    return clause.own_column(inner) if inner.DESCRIPTOR.name == "ColumnRef" else ""


def bound(clause: PolicyClause | None) -> frozenset[str]:
    """Give the columns that tie a row to the caller: owners, and what is looked up for the caller elsewhere.

    As in `team_id IN (SELECT ... auth.uid())`, EXISTS, or `private.is_member(team_id)`.
    """
    if clause is None or not clause.identities:
        return frozenset()
    return owners(clause).union(*(_bound(clause, node) for node in conjuncts(clause.tree)))


def _bound(clause: PolicyClause, node: Node) -> set[str]:
    kind = node.DESCRIPTOR.name
    inside = list(walk(node))
    if not any(each is call.node for call in clause.identities for each in inside):
        return set()
    if kind == "A_Expr":
        equal = enumeration("A_Expr_Kind")[node.kind] in {"AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_NOT_DISTINCT"}
        sides = (_column(clause, node.lexpr), _column(clause, node.rexpr))
        return {each for each in sides if each} if equal and strings(node.name)[-1] == "=" else set()
    if kind == "SubLink" and enumeration("SubLinkType")[node.sub_link_type] == "ANY_SUBLINK":
        name = "" if node.oper_name else _column(clause, node.testexpr)
        return {name} if name else set()
    if kind in {"SubLink", "FuncCall"}:
        return {
            name
            for part in clause.of("ColumnRef")
            if any(part.node is each for each in inside)
            and (name := clause.own_column(part.node, part.selects))
        }
    return set()


def compared_roles(clause: PolicyClause) -> Iterator[tuple[Comparison, str]]:
    """Yield the names of roles that auth.role(), or the claim of that name, is compared with."""
    for found in comparisons(clause):
        if tells(found, "role"):
            for name in found.values:
                yield found, name


def tells(found: Comparison, claim: str) -> bool:
    """Say whether what is compared is one claim of the caller's: the function of that name, or out of the token."""
    if found.call.identity in {claim, {"sub": "uid"}.get(claim, claim)}:
        return True
    if found.call.identity != "jwt":
        return False
    for node in walk(found.own):
        if _takes_out(node):
            path = (constant(node.rexpr) or "").strip("{}").split(",")
            inside = any(each is found.call.node for each in walk(node.lexpr))
            deeper = any(_takes_out(each) for each in walk(node.lexpr))
            return inside and not deeper and path == [claim]
    return False


def _takes_out(node: Node) -> bool:
    return node.DESCRIPTOR.name == "A_Expr" and strings(node.name)[-1] in _OUT_OF


def holds_people(relation: HistoryRelation) -> bool:
    """Say whether a table's rows are somebody's: it refers to auth.users, or has a column called so."""
    refers = any(each.target == ("auth", "users") for each in relation.constraints.values())
    return refers or not {"user_id", "owner_id", "member_id"}.isdisjoint(relation.columns)
