"""The name that Postgres gives to an expression, for default index and result column names."""

from __future__ import annotations

import functools
from collections.abc import Callable

from schema_dsl.parsing.expressions import expression
from schema_dsl.parsing.grammar import Node, strings, unwrap

# How much a name says, as in FigureColnameInternal of parse_target.c: a good name stops the search.
_NONE, _WEAK, _GOOD = 0, 1, 2
_RankedName = tuple[int, str]

_FIXED = {
    "GroupingFunc": "grouping",
    "MergeSupportFunc": "merge_action",
    "AArrayExpr": "array",
    "A_ArrayExpr": "array",
    "RowExpr": "row",
    "CoalesceExpr": "coalesce",
    "XmlSerialize": "xmlserialize",
    "JsonParseExpr": "json",
    "JsonScalarExpr": "json_scalar",
    "JsonSerializeExpr": "json_serialize",
    "JsonObjectConstructor": "json_object",
    "JsonArrayConstructor": "json_array",
    "JsonArrayQueryConstructor": "json_array",
    "JsonObjectAgg": "json_objectagg",
    "JsonArrayAgg": "json_arrayagg",
}


def figure_column_name(text: str) -> str:
    """Name an index expression as Postgres would: `lower` for `lower(email)`, `expr` for `a + b`.

    Neither truncated nor made unique: that depends on the other columns of the index.

    Raises:
        SqlSyntaxError: If `text` is not an expression.
    """
    return _figured(text)


def output_name(tree: Node, otherwise: str = "?column?") -> str:
    """Name the column of a query's result that an expression without an alias gives."""
    strength, name = _figure(tree)
    return name if strength else otherwise


@functools.lru_cache(maxsize=4096)
def _figured(text: str) -> str:
    strength, name = _figure(expression(text))
    return name if strength else "expr"


def _figure(node: Node) -> _RankedName:
    node = unwrap(node)
    kind = node.DESCRIPTOR.name
    if kind in _FIXED:
        return _GOOD, _FIXED[kind]
    by_kind = _BY_KIND.get(kind)
    return by_kind(node) if by_kind else (_NONE, "")


def _last(parts: tuple[str, ...]) -> _RankedName:
    named = [part for part in parts if part != "*"]
    return (_GOOD, named[-1]) if named else (_NONE, "")


def _indirection(node: Node) -> _RankedName:
    named = [n.string.sval for n in node.indirection if n.WhichOneof("node") == "string"]
    return (_GOOD, named[-1]) if named else _figure(node.arg)


def _cast(node: Node) -> _RankedName:
    found = _figure(node.arg)
    return (_WEAK, strings(node.type_name.names)[-1]) if found[0] <= _WEAK else found


def _case(node: Node) -> _RankedName:
    found = _figure(node.defresult) if node.HasField("defresult") else (_NONE, "")
    return (_WEAK, "case") if found[0] <= _WEAK else found


def _sublink(node: Node) -> _RankedName:
    kind = _enum(node, "sub_link_type")
    if kind in {"EXISTS_SUBLINK", "ARRAY_SUBLINK"}:
        return _GOOD, kind.removesuffix("_SUBLINK").lower()
    targets = node.subselect.select_stmt.target_list
    if kind != "EXPR_SUBLINK" or not targets:
        return _NONE, ""
    target = targets[0].res_target
    if target.name:
        return _GOOD, target.name
    # By the time Postgres asks, the sub-select is analysed and its column has a name, if only `?column?`.
    strength, name = _figure(target.val)
    return _GOOD, name if strength else "?column?"


def _xml(node: Node) -> _RankedName:
    kind = _enum(node, "op")
    return (_NONE, "") if kind == "IS_DOCUMENT" else (_GOOD, kind.removeprefix("IS_").lower())


def _value_function(node: Node) -> _RankedName:
    kind = _enum(node, "op").removeprefix("SVFOP_").removesuffix("_N").lower()
    return _GOOD, kind


def _json_function(node: Node) -> _RankedName:
    kind = _enum(node, "op").removesuffix("_OP").lower()
    return _GOOD, kind


def _nullif(node: Node) -> _RankedName:
    return (_GOOD, "nullif") if _enum(node, "kind") == "AEXPR_NULLIF" else (_NONE, "")


def _min_max(node: Node) -> _RankedName:
    return _GOOD, _enum(node, "op").removeprefix("IS_").lower()


def _enum(node: Node, field: str) -> str:
    described = node.DESCRIPTOR.fields_by_name[field].enum_type
    return str(described.values_by_number[getattr(node, field)].name)


_BY_KIND: dict[str, Callable[[Node], _RankedName]] = {
    "ColumnRef": lambda node: _last(strings(node.fields)),
    "FuncCall": lambda node: _last(strings(node.funcname)),
    "A_Indirection": _indirection,
    "TypeCast": _cast,
    "CollateClause": lambda node: _figure(node.arg),
    "A_Expr": _nullif,
    "SubLink": _sublink,
    "CaseExpr": _case,
    "MinMaxExpr": _min_max,
    "XmlExpr": _xml,
    "SQLValueFunction": _value_function,
    "JsonFuncExpr": _json_function,
}
