"""Compute the name that Postgres gives to an expression, for index columns and result columns."""

from __future__ import annotations

import functools
from collections.abc import Callable

from schema_dsl.parsing.expressions import parse_expression
from schema_dsl.parsing.grammar import Node, strings, unwrap

# The strength of a name, as in FigureColnameInternal of parse_target.c. A good name ends the search.
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
    """Return the name of an index expression: `lower` for `lower(email)`, `expr` for `a + b`.

    The name is not truncated and not made unique, because that depends on the other columns of the index.

    Raises:
        SqlSyntaxError: If `text` is not an expression.
    """
    return _figure_cached(text)


def figure_output_name(tree: Node, otherwise: str = "?column?") -> str:
    """Return the name of the result column of an expression without an alias."""
    strength, name = _figure(tree)
    return name if strength else otherwise


@functools.lru_cache(maxsize=4096)
def _figure_cached(text: str) -> str:
    strength, name = _figure(parse_expression(text))
    return name if strength else "expr"


def _figure(node: Node) -> _RankedName:
    node = unwrap(node)
    kind = node.DESCRIPTOR.name
    if kind in _FIXED:
        return _GOOD, _FIXED[kind]
    by_kind = _BY_KIND.get(kind)
    return by_kind(node) if by_kind else (_NONE, "")


def _figure_last(parts: tuple[str, ...]) -> _RankedName:
    names = [part for part in parts if part != "*"]
    return (_GOOD, names[-1]) if names else (_NONE, "")


def _figure_indirection(node: Node) -> _RankedName:
    names = [n.string.sval for n in node.indirection if n.WhichOneof("node") == "string"]
    return (_GOOD, names[-1]) if names else _figure(node.arg)


def _figure_cast(node: Node) -> _RankedName:
    ranked = _figure(node.arg)
    return (_WEAK, strings(node.type_name.names)[-1]) if ranked[0] <= _WEAK else ranked


def _figure_case(node: Node) -> _RankedName:
    ranked = _figure(node.defresult) if node.HasField("defresult") else (_NONE, "")
    return (_WEAK, "case") if ranked[0] <= _WEAK else ranked


def _figure_sublink(node: Node) -> _RankedName:
    kind = _read_enum(node, "sub_link_type")
    if kind in {"EXISTS_SUBLINK", "ARRAY_SUBLINK"}:
        return _GOOD, kind.removesuffix("_SUBLINK").lower()
    targets = node.subselect.select_stmt.target_list
    if kind != "EXPR_SUBLINK" or not targets:
        return _NONE, ""
    target = targets[0].res_target
    if target.name:
        return _GOOD, target.name
    # Postgres has already analysed the sub-select, so its column has a name, possibly `?column?`.
    strength, name = _figure(target.val)
    return _GOOD, name if strength else "?column?"


def _figure_xml(node: Node) -> _RankedName:
    kind = _read_enum(node, "op")
    return (_NONE, "") if kind == "IS_DOCUMENT" else (_GOOD, kind.removeprefix("IS_").lower())


def _figure_value_function(node: Node) -> _RankedName:
    kind = _read_enum(node, "op").removeprefix("SVFOP_").removesuffix("_N").lower()
    return _GOOD, kind


def _figure_json_function(node: Node) -> _RankedName:
    kind = _read_enum(node, "op").removesuffix("_OP").lower()
    return _GOOD, kind


def _figure_nullif(node: Node) -> _RankedName:
    return (_GOOD, "nullif") if _read_enum(node, "kind") == "AEXPR_NULLIF" else (_NONE, "")


def _figure_min_max(node: Node) -> _RankedName:
    return _GOOD, _read_enum(node, "op").removeprefix("IS_").lower()


def _read_enum(node: Node, field: str) -> str:
    described = node.DESCRIPTOR.fields_by_name[field].enum_type
    return str(described.values_by_number[getattr(node, field)].name)


_BY_KIND: dict[str, Callable[[Node], _RankedName]] = {
    "ColumnRef": lambda node: _figure_last(strings(node.fields)),
    "FuncCall": lambda node: _figure_last(strings(node.funcname)),
    "A_Indirection": _figure_indirection,
    "TypeCast": _figure_cast,
    "CollateClause": lambda node: _figure(node.arg),
    "A_Expr": _figure_nullif,
    "SubLink": _figure_sublink,
    "CaseExpr": _figure_case,
    "MinMaxExpr": _figure_min_max,
    "XmlExpr": _figure_xml,
    "SQLValueFunction": _figure_value_function,
    "JsonFuncExpr": _figure_json_function,
}
