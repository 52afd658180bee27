"""Expressions with a syntax of their own: CASE, COALESCE, ARRAY, fields, subscripts, sub-selects."""

from __future__ import annotations

from schema_dsl.lint.builtins import Signature, shown
from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.semantics import queries
from schema_dsl.lint.semantics.analyzer import NOTHING, Analyzer, TypedValue
from schema_dsl.lint.semantics.expressions import (
    BOOLEAN,
    condition,
    handles,
    location_of,
    matched,
    value_of,
    values_of,
)
from schema_dsl.lint.semantics.functions import hold_immutable, operate
from schema_dsl.lint.semantics.scope import Scope
from schema_dsl.lint.semantics.types import UNKNOWN, base_of, element_of, info
from schema_dsl.parsing import Node

_VALUE_TYPES = {
    "CURRENT_DATE": "date",
    "CURRENT_TIME": "timetz",
    "CURRENT_TIMESTAMP": "timestamptz",
    "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp",
}


@handles("null_test")
def _null_test(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    value_of(a, node.arg, scope)
    return BOOLEAN


@handles("boolean_test")
def _boolean_test(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    condition(a, node.arg, scope, "IS TRUE")
    return BOOLEAN


@handles("case_expr")
def _case(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    simple = node.arg.WhichOneof("node") is not None
    subject = value_of(a, node.arg, scope) if simple else NOTHING
    results = []
    for wrapped in node.args:
        when = wrapped.case_when
        if simple:
            operate(a, "=", [subject, value_of(a, when.expr, scope)], when.location)
        else:
            condition(a, when.expr, scope, "CASE/WHEN")
        results.append(value_of(a, when.result, scope))
    if node.defresult.WhichOneof("node"):
        # The ELSE comes first when Postgres looks for the type.
        results.insert(0, value_of(a, node.defresult, scope))
    return matched(a, results, "CASE", node.location)


@handles("coalesce_expr")
def _coalesce(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return matched(a, values_of(a, node.args, scope), "COALESCE", node.location)


@handles("min_max_expr")
def _min_max(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    what = "GREATEST" if enumeration("MinMaxOp")[node.op] == "IS_GREATEST" else "LEAST"
    return matched(a, values_of(a, node.args, scope), what, node.location)


@handles("a_array_expr")
def _array(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    if not node.elements:
        return NOTHING
    nested = any(each.WhichOneof("node") == "a_array_expr" for each in node.elements)
    element = matched(a, values_of(a, node.elements, scope), "ARRAY", node.location).type
    if element is None:
        return NOTHING
    return TypedValue(element if nested or element.endswith("[]") else f"{element}[]")


@handles("row_expr")
def _row(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    values_of(a, node.args, scope)
    return TypedValue("record")


@handles("collate_clause")
def _collate(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    given = value_of(a, node.arg, scope)
    known = info(a.schema, base_of(a.schema, given.type))
    if known is not None and known.category not in {"S", "X", "A", "R", "E"}:
        message = f"collations are not supported by type {shown(given.type)}"
        a.complain("type-mismatch", message, "Leave COLLATE out.", node.location)
    return given


@handles("a_indirection")
def _indirection(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    given = value_of(a, node.arg, scope).type
    # One slice among subscripts makes slices of all of them.
    slices = any(step.a_indices.is_slice for step in node.indirection if step.HasField("a_indices"))
    for step in node.indirection:
        kind = step.WhichOneof("node")
        if kind == "a_indices":
            value_of(a, step.a_indices.lidx, scope)
            value_of(a, step.a_indices.uidx, scope)
            given = _subscript(a, given, slice_=slices)
        elif kind == "string":
            given = _field(a, given, step.string.sval, location_of(node.arg))
        else:
            given = None
    return TypedValue(given)


def _subscript(a: Analyzer, given: str | None, *, slice_: bool) -> str | None:
    base = base_of(a.schema, given)
    if slice_ or base in {"jsonb", None}:
        return base
    return element_of(a.schema, base)


def _field(a: Analyzer, given: str | None, name: str, location: int) -> str | None:
    relation = a.schema.row_relation(given) if given else None
    if relation is None:
        return None
    if name in relation.columns:
        return relation.columns[name].type
    if relation.complete and not relation.doubtful and "functions" not in a.schema.doubts:
        if any(True for _ in a.schema.named_routines("", name)):
            return None
        near = ", ".join(relation.columns)
        message = f'column "{name}" not found in data type {relation}'
        a.complain("unknown-column", message, f"It has: {near}.", location, name)
    return None


@handles("sqlvalue_function")
def _value_function(a: Analyzer, node: Node, _: Scope) -> TypedValue:
    name = enumeration("SQLValueFunctionOp")[node.op].removeprefix("SVFOP_").removesuffix("_N")
    hold_immutable(a, name, Signature((), None, volatility="s"), node.location)
    return TypedValue(_VALUE_TYPES.get(name, "name"))


@handles("param_ref")
def _param(a: Analyzer, node: Node, _: Scope) -> TypedValue:
    known = a.parameters
    if known is None:
        return NOTHING
    if node.number > len(known) or node.number < 1:
        a.complain("unknown-column", f"there is no parameter ${node.number}", "", node.location)
        return NOTHING
    return TypedValue(known[node.number - 1])


@handles("grouping_func")
def _grouping(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    values_of(a, node.args, scope)
    return TypedValue("int4")


@handles("list")
def _list(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    values_of(a, node.items, scope)
    return NOTHING


@handles("xml_expr")
def _xml(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    for each in (*node.named_args, *node.args):
        value_of(a, each.res_target.val if each.WhichOneof("node") == "res_target" else each, scope)
    kind = enumeration("XmlExprOp")[node.op]
    return BOOLEAN if kind == "IS_DOCUMENT" else TypedValue("xml")


@handles("sub_link")
def _sub_link(a: Analyzer, node: Node, scope: Scope) -> TypedValue:  # noqa: PLR0911 - one answer a kind
    kind = enumeration("SubLinkType")[node.sub_link_type]
    if a.place is not None and not a.place.subqueries:
        remedy = "Put the condition into a trigger, or a function that it calls."
        a.complain("misplaced-expression", f"cannot use subquery in {a.place.one}", remedy, node.location)
        return NOTHING
    # Within the sub-select aggregates and whatever else are at home.
    place, a.place = a.place, None
    columns = queries.query(a, node.subselect, scope)
    a.place = place
    if kind == "EXISTS_SUBLINK":
        return BOOLEAN
    tested = value_of(a, node.testexpr, scope) if node.testexpr.WhichOneof("node") else None
    if tested is not None and node.testexpr.WhichOneof("node") == "row_expr":
        return BOOLEAN
    if columns is None:
        return BOOLEAN if tested is not None else NOTHING
    if len(columns) != 1:
        message = "subquery has too many columns" if tested else "subquery must return only one column"
        if columns or tested is None:
            a.complain("type-mismatch", message, "Select one column.", node.location)
        return BOOLEAN if tested is not None else NOTHING
    only = columns[0][1]
    if tested is not None:
        operator = names(node.oper_name)[-1] if node.oper_name else "="
        operate(a, operator, [tested, TypedValue("text" if only == UNKNOWN else only)], node.location)
        return BOOLEAN
    if only == UNKNOWN:
        only = "text"
    if kind == "ARRAY_SUBLINK":
        return TypedValue(None if only is None else only if only.endswith("[]") else f"{only}[]")
    return TypedValue(only)
