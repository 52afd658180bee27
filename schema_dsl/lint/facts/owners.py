"""Which column says whose a row is, and what a condition asks of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from schema_dsl.lint.facts.clauses import Call, Clause, bare, constant
from schema_dsl.lint.history.schema import Relation
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


class Comparison(NamedTuple):
    """What the caller is compared with: `own` is the caller's side, `other` the other."""

    node: Node
    operator: str
    call: Call
    other: Node
    own: Node
    selects: tuple[Node, ...]

    @property
    def left(self) -> bool:
        """Whether the caller stands left of the operator."""
        return self.node.lexpr is self.own or self.node.lexpr == self.own


# Several rules ask the same of each clause.
_FOUND: WeakKeyDictionary[Clause, tuple[Comparison, ...]] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Clause, frozenset[str]] = WeakKeyDictionary()


def comparisons(clause: Clause) -> tuple[Comparison, ...]:
    """Give each operator of a condition that has the caller's identity on one of its sides."""
    if clause not in _FOUND:
        _FOUND[clause] = tuple(_comparisons(clause)) if clause.identities else ()
    return _FOUND[clause]


def _comparisons(clause: Clause) -> Iterator[Comparison]:
    for part in clause.of("A_Expr"):
        node = part.node
        if strings(node.name)[-1] in {"->", "->>", "#>", "#>>"}:
            continue
        left, right = _identity(clause, node.lexpr), _identity(clause, node.rexpr)
        if left is not None and right is None:
            yield Comparison(node, strings(node.name)[-1], left, node.rexpr, node.lexpr, part.selects)
        elif right is not None and left is None:
            yield Comparison(node, strings(node.name)[-1], right, node.lexpr, node.rexpr, part.selects)


def _identity(clause: Clause, node: Node) -> Call | None:
    """Find the call by which a side of a comparison tells who the caller is, if nothing else is in it."""
    inside = list(walk(node))
    if any(each.DESCRIPTOR.name in {"ColumnRef", "RangeVar", "BoolExpr"} for each in inside):
        return None
    return next((call for call in clause.identities if any(each is call.node for each in inside)), None)


def compared_column(clause: Clause, found: Comparison) -> str:
    """Give the column of the policy's table that a comparison is with, casts aside; "" for anything else."""
    inner = bare(found.other)
    return clause.own_column(inner, found.selects) if inner.DESCRIPTOR.name == "ColumnRef" else ""


def owners(clause: Clause | None) -> frozenset[str]:
    """Give the columns that a condition wants to be the caller's, whatever else it asks."""
    if clause is None or not clause.identities:
        return frozenset()
    if clause not in _OWNERS:
        _OWNERS[clause] = frozenset(_owners(clause))
    return _OWNERS[clause]


def _owners(clause: Clause) -> Iterator[str]:
    required = list(_conjuncts(clause.tree))
    yield from (
        column
        for found in comparisons(clause)
        if found.operator == "=" and not found.selects and any(found.node is each for each in required)
        if enumeration("A_Expr_Kind")[found.node.kind] == "AEXPR_OP"
        if (column := compared_column(clause, found))
    )


def _conjuncts(node: Node) -> Iterator[Node]:
    """Yield what must all be true for a condition to be."""
    inner = bare(node)
    if inner.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[inner.boolop] == "AND_EXPR":
        for each in inner.args:
            yield from _conjuncts(each)
    else:
        yield inner


def compared_roles(clause: Clause) -> Iterator[tuple[Comparison, str]]:
    """Yield the names of roles that auth.role(), or the claim of that name, is compared with."""
    for found in comparisons(clause):
        if not _tells_role(found):
            continue
        items = found.other.list.items if found.other.WhichOneof("node") == "list" else (found.other,)
        for each in items:
            name = constant(each)
            if name is not None:
                yield found, name


def _tells_role(found: Comparison) -> bool:
    if found.call.identity == "role":
        return True
    inner = bare(found.own)
    return (
        found.call.identity == "jwt"
        and inner.DESCRIPTOR.name == "A_Expr"
        and strings(inner.name) == ("->>",)
        and bare(inner.lexpr) is found.call.node
        and constant(inner.rexpr) == "role"
    )


def holds_people(relation: Relation) -> bool:
    """Say whether a table's rows are somebody's: it refers to auth.users, or has a column called so."""
    refers = any(each.target == ("auth", "users") for each in relation.constraints.values())
    return refers or not {"user_id", "owner_id", "member_id"}.isdisjoint(relation.columns)
