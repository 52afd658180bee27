"""The constants of an expression, and the keys and paths that JSON operators name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from schema_dsl.analysis.trees import operator_name
from schema_dsl.parsing import Node, deparse_expression, walk
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.sql import Sql, literal
from schema_dsl.verify.values.literals import literal_text

IsBuiltin: TypeAlias = Callable[[str, str], bool]
"""Returns whether a function of a schema ("" if none is written) and name depends on its arguments only."""

_LISTS: Final = frozenset({"List", "A_ArrayExpr", "RowExpr"})
_VARIABLE: Final = frozenset({"ColumnRef", "ParamRef", "SubLink", "SelectStmt"})
# AEXPR_OP, AEXPR_OP_ANY, AEXPR_OP_ALL and AEXPR_NULLIF of libpg_query; the other kinds are conditions.
_OPERATORS: Final = frozenset({1, 2, 3, 6})
_COMPARISONS: Final = frozenset(
    "= <> != < > <= >= ~ ~* !~ !~* ~~ ~~* !~~ !~~* @> <@ && ? ?| ?&".split()  # noqa: SIM905 - a list has 23 lines
)
_KEY: Final = re.compile(r'\.(?:"([^"]*)"|(\w+))')
_ACCESS: Final = re.compile(
    r'(?P<start>[$@])(?P<keys>(?:\.(?:"[^"]*"|\w+(?!\w*\())|\[\*\])*)'
    r'(?:\s*(?:==|!=|<>|<=?|>=?|starts with)\s*(?P<value>"[^"]*"|[\w.+-]+))?'
)
_TIMES: Final = frozenset(range(1, 10))


def is_time_function(node: Node) -> bool:
    """Return whether an SQLValueFunction is CURRENT_DATE to LOCALTIMESTAMP, which do not depend on the caller."""
    return node.op in _TIMES


def is_constant(node: Node, is_builtin: IsBuiltin) -> bool:
    """Return whether an expression has the same value for every row and every caller."""
    for part in walk(node):
        kind = part.DESCRIPTOR.name
        if kind in _VARIABLE or (kind == "SQLValueFunction" and not is_time_function(part)):
            return False
        if kind == "FuncCall":
            names = strings(part.funcname)
            if not is_builtin(names[-2] if len(names) > 1 else "", names[-1]):
                return False
    return True


def list_constants(node: Node) -> Iterator[Sql]:
    """Yield a constant expression as SQL, or the items of a list or an array; nothing for NULL."""
    inner = unwrap(node)
    kind = inner.DESCRIPTOR.name
    if kind in _LISTS:
        for item in (
            inner.items if kind == "List" else inner.elements if kind == "A_ArrayExpr" else inner.args
        ):
            yield from list_constants(item)
        return
    if kind == "TypeCast" and unwrap(inner.arg).DESCRIPTOR.name in _LISTS:
        yield from list_constants(inner.arg)
        return
    if kind == "TypeCast" and inner.type_name.array_bounds:
        text = literal_text(inner.arg)
        if text is not None and text.startswith("{"):
            yield from (literal(item) for item in text.strip("{}").split(",") if item)
            return
    if not (kind == "A_Const" and inner.isnull):
        yield Sql(deparse_expression(node))
    if kind == "FuncCall":
        # A condition that compares f(column) with f(constant) is true where the column is the constant.
        for argument in inner.args:
            yield from list_constants(argument)


def is_comparison(node: Node) -> bool:
    """Return whether an expression is a condition by its syntax."""
    inner = unwrap(node)
    kind = inner.DESCRIPTOR.name
    if kind == "A_Expr":
        return inner.kind not in _OPERATORS or operator_name(inner) in _COMPARISONS
    return kind in {"BoolExpr", "NullTest", "BooleanTest"}


def read_json_path(text: str) -> Iterator[tuple[tuple[str, ...], Sql | None]]:
    """Yield the keys that a jsonpath follows, with the literal that it compares the value with; None without one."""
    root: tuple[str, ...] = ()
    for match in _ACCESS.finditer(text):
        keys = tuple(quoted or plain for quoted, plain in _KEY.findall(match["keys"]))
        if match["start"] == "$":
            root = keys
        path = keys if match["start"] == "$" else root + keys
        value = match["value"]
        yield path, None if value is None else literal(value.strip('"'))


def read_keys(node: Node) -> tuple[str, ...] | None:
    """Return the keys of a JSON operator, a subscript or the name of a parameter; None if they are computed."""
    inner = unwrap(node)
    while inner.DESCRIPTOR.name == "TypeCast" and unwrap(inner.arg).DESCRIPTOR.name in _LISTS:
        inner = unwrap(inner.arg)
    if inner.DESCRIPTOR.name == "A_ArrayExpr":
        texts = [literal_text(item) for item in inner.elements]
        return None if None in texts else tuple(text for text in texts if text is not None)
    text = literal_text(node)
    if text is None:
        return None
    if text.startswith("{") and text.endswith("}"):
        return tuple(key.strip('"') for key in text[1:-1].split(",") if key)
    return (text,)
