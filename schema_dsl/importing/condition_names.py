"""Choose names for conditions from their functions, tables and comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.importing.variables import to_variable
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression, walk
from schema_dsl.parsing.grammar import list_children
from schema_dsl.sql import Sql

_MAX_LENGTH: Final = 40
_CALLING: Final = re.compile(r"\(SELECT [\w.]+\([^\n]*\)\)")


def suggest_names(text: Sql) -> Iterator[str]:
    """Yield the name of the only function that a condition calls, or of the column with the caller's id.

    Another name has the column as well: `TEAM_ID_COACHES`.
    """
    calls, columns = _list_calls(text), list_columns(text)
    if "\n" in text or len(calls) != 1 or len(columns) != 1 or len(calls[0]) == 1:
        return
    called = _name_own(columns[0]) if calls[0][-1] == "uid" else calls[0][-1]
    yield to_variable(called).upper()
    yield to_variable(f"{columns[0]}_{called}").upper()


def _name_own(column: str) -> str:
    """Return the words for a column with the caller's id: `profile_is_caller`, `booked_by_caller`."""
    if column == "id":
        return "is_caller"
    return f"{column}_caller" if column.endswith("_by") else f"{column.removesuffix('_id')}_is_caller"


def is_set(text: str) -> bool:
    """Return whether a query in parentheses only calls a function, with constants or without arguments."""
    calls = _list_calls(text) if _CALLING.fullmatch(text) else []
    return len(calls) == 1 and len(calls[0]) > 1 and not list_columns(text)


def name_set(text: str) -> str:
    """Return the name of a query that only calls a function: that of the function, and the texts in its arguments."""
    function = _list_calls(text)[0][-1]
    values = [each.sval.sval for each in _parse(text) if each.DESCRIPTOR.name == "A_Const" if each.sval.sval]
    name = to_variable("_".join([function, *values])).upper()
    return name if len(name) <= _MAX_LENGTH else to_variable(function).upper()


def find_called(text: str) -> tuple[str, str]:
    """Return the schema and the name of the only function that a condition calls; empty if there is none."""
    paths = _list_calls(text)
    return (paths[0][-2], paths[0][-1]) if len(paths) == 1 and len(paths[0]) > 1 else ("", "")


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[Node, ...]:
    try:
        return tuple(walk(parse_expression(text)))
    except SqlSyntaxError:
        return ()


def _list_calls(text: str) -> list[list[str]]:
    return [list(names(each.funcname)) for each in _parse(text) if each.DESCRIPTOR.name == "FuncCall"]


def list_columns(text: str) -> list[str]:
    """Return the columns in a condition, one for each time."""
    return _list_columns(_parse(text))


def describe_condition(text: Sql) -> str:
    """Return the name of a condition by the columns, tables and functions in it: `IN_MATCHES_OF_TEAMS_OF_CALLER`.

    Other columns that it compares follow: `CLUBS_RUN_BY_CALLER_AND_ROLE`. Without tables and functions, the name has
    the columns: `CONDITION_ON_ROLE`.
    """
    try:
        tree = parse_expression(text)
    except SqlSyntaxError:
        return "CONDITION"
    columns = dict.fromkeys(_list_columns(_walk_outside(tree)))
    candidates = [f"condition_on_{'_and_'.join(columns)}"] if columns else []
    operator = enumeration("BoolExprType")[tree.bool_expr.boolop].removesuffix("_EXPR").lower()
    sides = tree.bool_expr.args or [tree]
    subjects = [_describe_subject(side) for side in sides]
    if any(subjects) and operator != "not":
        described = (
            subject or "_and_".join(dict.fromkeys(_list_columns(walk(side))))
            for side, subject in zip(sides, subjects, strict=True)
        )
        candidates.insert(0, f"_{operator}_".join(dict.fromkeys(filter(None, described))))
    fitting = (to_variable(each).upper() for each in candidates if len(each) <= _MAX_LENGTH)
    return next(fitting, "CONDITION")


def _describe_subject(tree: Node) -> str:
    """Return the words for the first table that a condition reads and the only function that it calls, if any."""
    nodes = list(walk(tree))
    table = next((each.relname for each in nodes if each.DESCRIPTOR.name == "RangeVar"), "")
    paths = [names(each.funcname) for each in nodes if each.DESCRIPTOR.name == "FuncCall"]
    called = dict.fromkeys(path[-1] for path in paths if len(path) > 1)
    function = next(iter(called)) if len(called) == 1 else ""
    column = next(iter(_list_columns(_walk_outside(tree))), "")
    if not table:
        return _name_own(column) if function == "uid" else function
    if function:
        start = f"in_{table}" if column else table
        return f"{start}_of_{'caller' if function == 'uid' else function}"
    return f"{column}_in_{table}".lstrip("_")


def _walk_outside(node: Node) -> Iterator[Node]:
    """Yield the nodes of a condition that are in no query."""
    yield node
    if node.DESCRIPTOR.name != "SelectStmt":
        for below in list_children(node):
            yield from _walk_outside(below)


def _list_columns(nodes: Iterable[Node]) -> list[str]:
    return [
        each.fields[-1].string.sval for each in nodes if each.DESCRIPTOR.name == "ColumnRef" and each.fields
    ]
