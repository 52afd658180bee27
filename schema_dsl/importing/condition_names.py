"""Choose names for conditions from what they call, read and compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.importing.variables import to_variable
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression, walk
from schema_dsl.parsing.grammar import list_children
from schema_dsl.sql import Sql

_MAX_LENGTH: Final = 40


def suggest_names(text: Sql) -> Iterator[str]:
    """Yield the name of the only function that a condition calls, or of the column with the caller's id.

    Another name has the column as well: `ID_IN_CLUBS_OF_CALLER`.
    """
    try:
        nodes = list(walk(parse_expression(text)))
    except SqlSyntaxError:
        return
    calls = [names(each.funcname) for each in nodes if each.DESCRIPTOR.name == "FuncCall"]
    columns = _list_columns(nodes)
    if "\n" in text or len(calls) != 1 or len(columns) != 1 or len(calls[0]) == 1:
        return
    is_id = calls[0][-1] == "uid"
    called = f"own_{columns[0].removesuffix('_id')}" if is_id else calls[0][-1]
    yield to_variable(called).upper()
    joint = "in_" if " IN (" in text else ""
    yield to_variable(f"{columns[0]}_{joint}{called}").upper()


def describe_condition(text: Sql) -> str:
    """Return the name of a condition by the tables and functions in it: `MATCHES_OF_TEAMS_OF_CALLER`.

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
        return f"own_{column.removesuffix('_id')}" if function == "uid" else function
    if function:
        return f"{table}_of_{'caller' if function == 'uid' else function}"
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
