"""Generate values to test a condition with, from the constants in its parse tree.

The values do not show whether the condition is true; Postgres evaluates the condition for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from schema_dsl.analysis.trees import operator_name
from schema_dsl.parsing import Node, deparse_expression, list_columns_in, parse_expression
from schema_dsl.parsing.grammar import unwrap
from schema_dsl.sql import Sql
from schema_dsl.verify.values.evaluate import TypedSlot
from schema_dsl.verify.values.literals import literal_text
from schema_dsl.verify.values.neighbors import more_values_around, typical_values, values_around

_EQUALITY = frozenset({"=", "<>", "!="})
_NAMES = frozenset({"name", "funcname", "type_name", "fields"})
_LISTS = frozenset({"List", "A_ArrayExpr", "AArrayExpr", "RowExpr"})
# Nodes inside an expression that are no expressions: the parts of CASE, and the names in (a).b and in COLLATE.
_PARTS = frozenset({"CaseWhen", "JsonArgument", "JsonKeyValue", "JsonValueExpr", "NamedArgExpr", "SortBy"})
_WORDS = frozenset({"Integer", "String", "TypeName"})


def candidate_values(
    condition: str,
    slots: Mapping[str, TypedSlot],
    stands_for: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, tuple[Sql, ...]]:
    """Return expressions to test a condition with, for each column that the condition names.

    An expression may fail to cast to the type of the column.

    Args:
        condition: The condition.
        slots: The types of the columns.
        stands_for: Columns of the condition that stand for other columns, such as a generated column for the columns
            of its expression.

    Returns:
        The expressions per column: first those that derive from the constants, then typical values of the type.
    """
    found: dict[str, dict[Sql, None]] = {}
    for part in _split_conditions(parse_expression(condition)):
        named = [column for name in _list_columns(part) for column in (name, *stands_for.get(name, ()))]
        columns = [name for name in dict.fromkeys(named) if name in slots]
        equality, beside = _is_equality(part), len(columns) > 1
        for column in columns:
            values = found.setdefault(column, {})
            for constant, text in _list_constants(part):
                values |= dict.fromkeys(
                    values_around(constant, text=text, slot=slots[column], equality=equality, beside=beside)
                )
    return {
        column: tuple(values | dict.fromkeys(typical_values(slots[column])))
        for column, values in found.items()
    }


def more_candidate_values(condition: str, column: str, slot: TypedSlot, number: int) -> Iterator[Sql]:
    """Yield further expressions for one column, which differ per number."""
    for part in _split_conditions(parse_expression(condition)):
        if column in _list_columns(part):
            for constant, text in _list_constants(part):
                yield from more_values_around(constant, text=text, slot=slot, number=number)


def _list_constants(part: Node) -> list[tuple[Sql, str | None]]:
    """Return the constants of a condition as SQL, with the text of literals."""
    return [(Sql(deparse_expression(node)), literal_text(node)) for node in _find_constants(part)]


def _split_conditions(tree: Node) -> Iterator[Node]:
    """Yield the operands of AND, OR and NOT, recursively."""
    node = unwrap(tree)
    if node.DESCRIPTOR.name == "BoolExpr":
        for operand in node.args:
            yield from _split_conditions(operand)
    else:
        yield tree


def _list_columns(tree: Node) -> list[str]:
    return list(dict.fromkeys(parts[-1] for parts in list_columns_in(tree)))


def _find_constants(tree: Node) -> Iterator[Node]:
    """Yield the largest nodes without column references, and the items of lists and arrays."""
    for field, value in unwrap(tree).ListFields():
        if field.message_type is None or field.name in _NAMES:
            continue
        for child in value if field.is_repeated else (value,):
            if child.DESCRIPTOR.name != "Node":
                continue
            kind = unwrap(child).DESCRIPTOR.name
            if kind in _WORDS:
                continue
            if kind in _LISTS | _PARTS or list_columns_in(child):
                yield from _find_constants(child)
            elif array := _unwrap_array(child):
                yield from _find_constants(array)
            else:
                yield child


def _unwrap_array(node: Node) -> Node | None:
    """Return the array inside casts; None if there is none.

    Postgres stores IN for varchar as ANY ((ARRAY[...])::text[]).
    """
    inner = unwrap(node)
    while inner.DESCRIPTOR.name == "TypeCast":
        node = inner.arg
        inner = unwrap(node)
    return node if inner.DESCRIPTOR.name in _LISTS else None


def _is_equality(part: Node) -> bool:
    node = unwrap(part)
    if node.DESCRIPTOR.name != "A_Expr":
        return False
    return operator_name(node) in _EQUALITY and unwrap(node.lexpr).DESCRIPTOR.name in {
        "ColumnRef",
        "TypeCast",
    }
