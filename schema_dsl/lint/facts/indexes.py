"""The queries that an index supports, and the properties that make two indexes equal."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration, serialize
from schema_dsl.lint.facts.owners import list_conjuncts
from schema_dsl.lint.history.schema import HistoryIndex
from schema_dsl.parsing import Node

# A hash index has one column.
_BY_EQUALITY = frozenset({"btree", "hash"})


def supports_lookup(index: HistoryIndex, columns: tuple[str, ...]) -> bool:
    """Return whether an index supports equality on these columns: they are its first columns, in any order."""
    leading = _columns(index)[: len(columns)]
    if leading != columns and (len(columns) == 1 or set(leading) != set(columns)):
        return False
    if index.method not in _BY_EQUALITY:
        return False
    return not index.partial or (
        index.tree is not None and _leaves_out_null(index.tree.where_clause, columns)
    )


def _columns(index: HistoryIndex) -> tuple[str, ...]:
    """Return the key columns, "" for an expression; Postgres takes a column in parentheses as a column."""
    if index.tree is None or "" not in index.columns:
        return index.columns
    wrapped = [element.index_elem.expr for element in index.tree.index_params[:]]
    return tuple(
        name or (expr.column_ref.fields[-1].string.sval if expr.WhichOneof("node") == "column_ref" else "")
        for name, expr in zip(index.columns, wrapped, strict=False)
    )


def _leaves_out_null(where: Node, columns: tuple[str, ...]) -> bool:
    """Return whether WHERE is `column IS NOT NULL`, which an equality implies."""
    if where.WhichOneof("node") != "null_test":
        return False
    test = where.null_test
    return (
        enumeration("NullTestType")[test.nulltesttype] == "IS_NOT_NULL"
        and test.arg.WhichOneof("node") == "column_ref"
        and test.arg.column_ref.fields[-1].string.sval in columns
    )


def is_usable_for(index: HistoryIndex, condition: Node) -> bool:
    """Return whether a query can use an index: the index is not partial, or the condition includes its WHERE."""
    if not index.partial:
        return True
    if index.tree is None:
        return False
    conditions = {serialize(conjunct) for conjunct in list_conjuncts(condition)}
    return all(serialize(conjunct) in conditions for conjunct in list_conjuncts(index.tree.where_clause))


def list_index_keys(index: HistoryIndex) -> tuple[str | bytes, ...]:
    """Return the keys of an index with operator class and order, as values that are equal for equal keys."""
    if index.tree is None:
        return tuple(_plain(name) for name in index.columns)
    return tuple(
        _plain(element.index_elem.name)
        if _is_plain(element.index_elem)
        else _serialize_key(element.index_elem)
        for element in index.tree.index_params[:]
    )


def list_other_properties(index: HistoryIndex) -> tuple[str | bytes, ...]:
    """Return the properties of an index other than its keys: method, INCLUDE, WHERE, NULLS NOT DISTINCT."""
    if index.tree is None:
        return (index.method, "", "", "False")
    tree = index.tree
    included = " ".join(sorted(element.index_elem.name for element in tree.index_including_params[:]))
    where = serialize(tree.where_clause) if tree.HasField("where_clause") else ""
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


def _serialize_key(element: Node) -> bytes:
    copied = type(element)()
    copied.CopyFrom(element)
    # ASC is the order without a word.
    if enumeration("SortByDir")[element.ordering] in {"SORTBY_DEFAULT", "SORTBY_ASC"}:
        copied.ClearField("ordering")
    return serialize(copied)
