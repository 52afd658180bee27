"""Check the columns that INSERT, UPDATE and MERGE assign, their fields, and the types of the values."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.builtins import format_type, split_words
from schema_dsl.analysis.coercion import (
    UNKNOWN,
    base_type,
    can_coerce_for_assignment,
    element_type,
)
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.scope import FromItem
from schema_dsl.parsing import Node

_WITHOUT_ELEMENTS = split_words("text varchar bpchar int2 int4 int8 numeric bool date timestamptz uuid json")


def check_assignment(analyzer: Analyzer, item: FromItem, name: str, value: TypedValue, location: int) -> None:
    """Check that a value can be assigned to a column."""
    kind = item.columns.get(name)
    if analyzer.recorder is not None:
        analyzer.recorder.record_coercion(value, kind, location)
    if value.type == UNKNOWN:
        analyzer.coerce_constant(value, kind, location)
    elif can_coerce_for_assignment(analyzer.schema, value.type, kind) is False:
        analyzer.report(
            "type-mismatch",
            f'column "{name}" is of type {format_type(kind)} but expression is of type {format_type(value.type)}',
            f"Cast the expression: (...)::{format_type(kind)}.",
            location,
            name,
        )


def check_target(analyzer: Analyzer, item: FromItem, node: Node) -> bool:
    """Check that a ResTarget names a column; return whether it assigns the whole column."""
    name = node.name
    if name in item.columns or not item.complete:
        removed = item.relation.removed_columns if item.relation is not None else {}
        if name not in item.columns and name in removed:
            message = (
                f'column "{name}" of relation "{item.alias}" does not exist: '
                "an earlier statement dropped or renamed it"
            )
            remedy = f"An earlier statement renamed it to {removed[name]}." if removed[name] else ""
            analyzer.report("unknown-column", message, remedy, node.location, name)
        if analyzer.recorder is not None:
            _record_target(analyzer, item, node)
        _check_field(analyzer, item.columns.get(name), node)
        return not node.indirection
    near = find_nearest(name, item.columns)
    display = str(item.relation) if item.relation is not None else item.alias
    message = f'column "{name}" of relation "{display}" does not exist'
    remedy = f"Did you mean {near}?" if near else f"Columns of {display}: {', '.join(item.columns)}."
    analyzer.report("unknown-column", message, remedy, node.location, name)
    return False


def _record_target(analyzer: Analyzer, item: FromItem, node: Node) -> None:
    """Record the column that a ResTarget assigns, and the fields of it."""
    recorder = analyzer.recorder
    if recorder is None:
        return
    if node.name not in item.columns:
        recorder.record("column", None, node.location)
        return
    recorder.record_origins(item, node.name, node.location)
    _find_assigned_type(analyzer, item, node)


def _find_assigned_type(analyzer: Analyzer, item: FromItem, node: Node) -> str | None:
    """Return the type of the column, field or element that a ResTarget assigns, and record the fields."""
    kind = item.columns.get(node.name)
    for step in node.indirection:
        if step.WhichOneof("node") == "a_indices":
            kind = element_type(analyzer.schema, kind)
            continue
        base = base_type(analyzer.schema, kind)
        relation = analyzer.schema.find_row_relation(base) if base else None
        name = step.string.sval
        if relation is None or name not in relation.columns:
            if analyzer.recorder is not None:
                analyzer.recorder.record("column", None, node.location, word=name)
            return None
        if analyzer.recorder is not None:
            analyzer.recorder.record_field(relation, name, node.location, word=name)
        kind = relation.columns[name].type
    return kind


def record_field_assignments(
    analyzer: Analyzer, item: FromItem, targets: Sequence[Node], values: Sequence[TypedValue]
) -> None:
    """Record the coercions of the values of an INSERT that assigns fields or elements."""
    for node, value in zip(targets, values, strict=False):
        if node.indirection and analyzer.recorder is not None:
            analyzer.recorder.record_coercion(value, _find_assigned_type(analyzer, item, node), node.location)


def check_element(analyzer: Analyzer, item: FromItem, node: Node, value: TypedValue) -> None:
    """Check that a value can be assigned to the element of an array or of a jsonb column."""
    step = node.indirection[0]
    if len(node.indirection) > 1 or step.WhichOneof("node") != "a_indices" or step.a_indices.is_slice:
        return
    column = item.columns.get(node.name)
    base = base_type(analyzer.schema, column)
    target = "jsonb" if base == "jsonb" else element_type(analyzer.schema, base)
    if base in _WITHOUT_ELEMENTS:
        message = f"cannot subscript type {format_type(base)} because it does not support subscripting"
        analyzer.report("type-mismatch", message, "", node.location, node.name)
    if target is None or value.type in {None, UNKNOWN}:
        return
    if can_coerce_for_assignment(analyzer.schema, value.type, target) is False:
        message = (
            f'subscripted assignment to "{node.name}" requires type {format_type(target)} '
            f"but expression is of type {format_type(value.type)}"
        )
        remedy = (
            "Convert it: to_jsonb(...)." if target == "jsonb" else f"Cast it: (...)::{format_type(target)}."
        )
        analyzer.report("type-mismatch", message, remedy, node.location, node.name)


def _check_field(analyzer: Analyzer, kind: str | None, node: Node) -> None:
    """Check that a composite column has the field that a ResTarget assigns."""
    row_relation = analyzer.schema.find_row_relation(kind) if kind and node.indirection else None
    if row_relation is None or node.indirection[0].WhichOneof("node") != "string":
        return
    field = node.indirection[0].string.sval
    if row_relation.complete and not row_relation.uncertain and field not in row_relation.columns:
        near = find_nearest(field, row_relation.columns)
        message = (
            f'cannot assign to field "{field}" of column "{node.name}" because there is no such column '
            f"in data type {row_relation}"
        )
        remedy = (
            f"Did you mean {near}?"
            if near
            else f"Columns of {row_relation}: {', '.join(row_relation.columns)}."
        )
        analyzer.report("unknown-column", message, remedy, node.location, field)


def check_assignments(
    analyzer: Analyzer,
    item: FromItem,
    target_names: list[str],
    values: Sequence[TypedValue],
    locations: list[int],
) -> None:
    """Check that each value can be assigned to its column; an empty name stands for a column that is not checked."""
    for name, value, location in zip(target_names, values, locations, strict=False):
        if name:
            check_assignment(analyzer, item, name, value, location)
