"""What an index is good for."""

from __future__ import annotations

import re

from schema_dsl.lint.facts.owners import conjuncts
from schema_dsl.lint.history.schema import HistoryIndex
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.parsing import Node

# Where something stands in its statement says nothing of what it is.
_NOISE = re.compile(
    r"\s*\b(?:location: -?\d+|ordering: SORTBY_(?:DEFAULT|ASC)|nulls_ordering: SORTBY_NULLS_DEFAULT)"
)

# A hash index is of one column, so that there is no question of which lead.
_BY_EQUALITY = frozenset({"btree", "hash"})


def covers(index: HistoryIndex, columns: tuple[str, ...]) -> bool:
    """Say whether rows are found by equality of these columns: they lead, in whichever order."""
    leading = _columns(index)[: len(columns)]
    if index.method not in _BY_EQUALITY or set(leading) != set(columns):
        return False
    return not index.partial or (
        index.tree is not None and _leaves_out_null(index.tree.where_clause, columns)
    )


def _columns(index: HistoryIndex) -> tuple[str, ...]:
    """Give the keys' columns; a column in brackets is no expression to Postgres."""
    if index.tree is None or "" not in index.columns:
        return index.columns
    wrapped = [each.index_elem.expr for each in index.tree.index_params]
    return tuple(
        name or (expr.column_ref.fields[-1].string.sval if expr.WhichOneof("node") == "column_ref" else "")
        for name, expr in zip(index.columns, wrapped, strict=False)
    )


def _leaves_out_null(where: Node, columns: tuple[str, ...]) -> bool:
    """Whether WHERE is `column IS NOT NULL`, which an equality implies."""
    if where.WhichOneof("node") != "null_test":
        return False
    test = where.null_test
    return (
        enumeration("NullTestType")[test.nulltesttype] == "IS_NOT_NULL"
        and test.arg.WhichOneof("node") == "column_ref"
        and test.arg.column_ref.fields[-1].string.sval in columns
    )


def implied(index: HistoryIndex, condition: Node) -> bool:
    """Say whether a query with this condition can use the index: it is not partial, or its WHERE is part of it."""
    if not index.partial:
        return True
    if index.tree is None:
        return False
    held = {_text(each) for each in conjuncts(condition)}
    return all(_text(each) in held for each in conjuncts(index.tree.where_clause))


def keys(index: HistoryIndex) -> tuple[str, ...]:
    """Give an index's keys as text, operator class and order with it, to be compared with another's."""
    if index.tree is None:
        return tuple(_plain(name) for name in index.columns)
    return tuple(
        _plain(each.index_elem.name) if _is_plain(each.index_elem) else _text(each.index_elem)
        for each in index.tree.index_params
    )


def rest(index: HistoryIndex) -> tuple[str, ...]:
    """Give what else makes an index what it is: method, INCLUDE, WHERE, NULLS NOT DISTINCT."""
    if index.tree is None:
        return (index.method, "", "", "False")
    tree = index.tree
    included = " ".join(sorted(each.index_elem.name for each in tree.index_including_params))
    where = _text(tree.where_clause) if tree.HasField("where_clause") else ""
    return (index.method, included, where, str(tree.nulls_not_distinct))


def _plain(name: str) -> str:
    return f"column {name}"


def _is_plain(element: Node) -> bool:
    ordering = enumeration("SortByDir")[element.ordering]
    nulls = enumeration("SortByNulls")[element.nulls_ordering]
    return (
        bool(element.name)
        and not (element.collation or element.opclass or element.opclassopts)
        and ordering in {"SORTBY_DEFAULT", "SORTBY_ASC"}
        and nulls in {"SORTBY_NULLS_DEFAULT", "SORTBY_NULLS_LAST"}
    )


def _text(node: Node) -> str:
    return _NOISE.sub("", str(node))
