"""Values worth trying on a condition, out of its tree.

They are guesses at what is interesting, never at what is true: whoever uses them asks Postgres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schema_dsl.parsing import Node, columns_in, expression, written
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.sql import Sql
from schema_dsl.verify.values.evaluate import TypedSlot
from schema_dsl.verify.values.neighbors import further, general, values_around

_EQUALITY = frozenset({"=", "<>", "!="})
_NAMES = frozenset({"name", "funcname", "type_name", "fields"})
_LISTS = frozenset({"List", "A_ArrayExpr", "AArrayExpr", "RowExpr"})


def candidate_values(condition: str, places: Mapping[str, TypedSlot]) -> dict[str, tuple[Sql, ...]]:
    """Give expressions worth trying for each column that a condition names, the most telling first.

    Any of them may turn out not to be of the column's type.
    """
    found: dict[str, dict[Sql, None]] = {}
    for atom in _atoms(expression(condition)):
        columns = [name for name in _columns(atom) if name in places]
        equality, beside = _is_equality(atom), len(columns) > 1
        for column in columns:
            values = found.setdefault(column, {})
            for constant, text in _known(atom):
                values |= dict.fromkeys(
                    values_around(constant, text=text, place=places[column], equality=equality, beside=beside)
                )
    return {
        column: tuple(values | dict.fromkeys(general(places[column]))) for column, values in found.items()
    }


def more_candidate_values(condition: str, column: str, place: TypedSlot, number: int) -> Iterator[Sql]:
    """Give further values worth trying for one column, others for each number."""
    for atom in _atoms(expression(condition)):
        if column in _columns(atom):
            for constant, text in _known(atom):
                yield from further(constant, text=text, place=place, number=number)


def _known(atom: Node) -> list[tuple[Sql, str | None]]:
    """Give the constants of a condition, as SQL, and their text where they are plain ones."""
    return [(Sql(written(each)), _text(each)) for each in _constants(atom)]


def _atoms(tree: Node) -> Iterator[Node]:
    """Give the conditions that AND, OR and NOT put together."""
    node = unwrap(tree)
    if node.DESCRIPTOR.name == "BoolExpr":
        for each in node.args:
            yield from _atoms(each)
    else:
        yield tree


def _columns(tree: Node) -> list[str]:
    return list(dict.fromkeys(parts[-1] for parts in columns_in(tree)))


def _constants(tree: Node) -> Iterator[Node]:
    """Give the largest parts that name no column; of a list or an array, its items."""
    for field, value in unwrap(tree).ListFields():
        if field.message_type is None or field.name in _NAMES:
            continue
        for child in value if field.is_repeated else (value,):
            if child.DESCRIPTOR.name != "Node":
                continue
            if unwrap(child).DESCRIPTOR.name in _LISTS or columns_in(child):
                yield from _constants(child)
            elif array := _array_within(child):
                yield from _constants(array)
            else:
                yield child


def _array_within(node: Node) -> Node | None:
    """Look through casts, as in ANY ((ARRAY[...])::text[]), which is how Postgres writes an IN of varchar."""
    inner = unwrap(node)
    while inner.DESCRIPTOR.name == "TypeCast":
        node = inner.arg
        inner = unwrap(node)
    return node if inner.DESCRIPTOR.name in _LISTS else None


def _is_equality(atom: Node) -> bool:
    node = unwrap(atom)
    if node.DESCRIPTOR.name != "A_Expr":
        return False
    return strings(node.name)[-1] in _EQUALITY and unwrap(node.lexpr).DESCRIPTOR.name in {
        "ColumnRef",
        "TypeCast",
    }


def _text(node: Node) -> str | None:
    """Give the text of a constant that is one, with or without a cast."""
    inner = unwrap(node)
    while inner.DESCRIPTOR.name == "TypeCast":
        inner = unwrap(inner.arg)
    if inner.DESCRIPTOR.name != "A_Const":
        return None
    match inner.WhichOneof("val"):
        case "sval":
            return str(inner.sval.sval)
        case "ival":
            return str(inner.ival.ival)
        case "fval":
            return str(inner.fval.fval)
        case _:
            return None
