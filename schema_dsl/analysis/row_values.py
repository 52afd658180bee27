"""Analyze the parts of row values: fields, subscripts, and the expansion of a row to its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import base_type, describe_type, element_type
from schema_dsl.analysis.expressions import analyze_expression, expression_location
from schema_dsl.analysis.recorded_calls import record_row_function
from schema_dsl.analysis.scope import ColumnTypes, FromItem, LocatedUse, Scope, resolve_column
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

# The kinds of types without fields: base types, enums, ranges and multiranges.
_WITHOUT_FIELDS = frozenset("berm")


def analyze_indirection(
    analyzer: Analyzer, node: Node, scope: Scope
) -> tuple[TypedValue, ColumnTypes | None]:
    """Analyze an A_Indirection; return its value, and the columns of `(row).*` if they are known."""
    value = analyze_expression(analyzer, node.arg, scope)
    value_type, fields = value.type, dict(value.fields)
    item = _find_row_item(node.arg, scope)
    if item is not None and node.indirection[0].WhichOneof("node") == "string":
        # `(row).field` is the column.
        scope.replace_row_use(item, node.indirection[0].string.sval)
    location = expression_location(node.arg)
    columns: ColumnTypes | None = None
    # If one subscript is a slice, Postgres treats all subscripts as slices.
    slices = any(step.a_indices.is_slice for step in node.indirection if step.HasField("a_indices"))
    for step in node.indirection:
        kind = step.WhichOneof("node")
        if kind == "a_indices":
            analyze_expression(analyzer, step.a_indices.lidx, scope)
            analyze_expression(analyzer, step.a_indices.uidx, scope)
            value_type = _subscript_type(analyzer, value_type, slice_=slices)
        elif kind == "string":
            name = step.string.sval
            is_record = bool(fields) or _returns_unknown_record(node.arg, value_type)
            if item is not None and name in item.columns:
                value_type = item.columns[name]
                if analyzer.recorder is not None:
                    analyzer.recorder.record_column(item, name, location, word=name)
            elif item is None and is_record:
                value_type = _resolve_record_field(analyzer, fields, name, location)
            else:
                value_type = _resolve_field(analyzer, value_type, name, location)
        elif fields:
            columns = [(name, field.type) for name, field in fields.items()]
            value_type = None
        else:
            if analyzer.recorder is None:
                _check_has_fields(analyzer, base_type(analyzer.schema, value_type), "*", location)
            columns = _expand_row(analyzer, item, value_type, location)
            value_type = None
        item, fields = None, {}
    return TypedValue(value_type), columns


def _find_row_item(node: Node, scope: Scope) -> FromItem | None:
    """Return the FROM item of which an expression is the whole row."""
    if node.WhichOneof("node") != "column_ref":
        return None
    resolved = resolve_column(scope, list(strings(node.column_ref.fields)))
    return (
        resolved.item
        if resolved.name == "*" and resolved.item is not None and resolved.item.complete
        else None
    )


def _subscript_type(analyzer: Analyzer, value_type: str | None, *, slice_: bool) -> str | None:
    base = base_type(analyzer.schema, value_type)
    if slice_ or base in {"jsonb", None}:
        return base
    return element_type(analyzer.schema, base)


def _resolve_field(analyzer: Analyzer, value_type: str | None, name: str, location: int) -> str | None:
    base = base_type(analyzer.schema, value_type)
    relation = analyzer.schema.find_row_relation(base) if base else None
    recorder = analyzer.recorder
    if relation is None:
        if recorder is not None and base is None:
            recorder.record("column", None, location, word=name)
        if recorder is None:
            _check_has_fields(analyzer, base, name, location)
        return None
    if name in relation.columns:
        if recorder is not None:
            recorder.record_field(relation, name, location, word=name)
        return relation.columns[name].type
    if recorder is not None:
        called = record_row_function(analyzer, name, value_type, location, word=name)
        if called is None:
            recorder.record("column", None, location, word=name)
        return None if called is None else called.type
    if relation.complete and not relation.uncertain and not _may_be_function(analyzer, name):
        _report_missing_field(analyzer, name, f"data type {relation}", tuple(relation.columns), location)
    return None


def _may_be_function(analyzer: Analyzer, name: str) -> bool:
    """Return whether (value).name may be a call of a function with the value as its argument."""
    return "functions" in analyzer.schema.unknown_kinds or any(
        True for _ in analyzer.schema.find_routines("", name)
    )


def _report_missing_field(
    analyzer: Analyzer, name: str, home: str, fields: Sequence[str], location: int
) -> None:
    message = f'column "{name}" not found in {home}'
    remedy = (
        f"It has: {', '.join(fields)}."
        if fields
        else "Call the function in FROM, with the types of its columns."
    )
    analyzer.report("unknown-column", message, remedy, location, name)


def _resolve_record_field(
    analyzer: Analyzer, fields: Mapping[str, TypedValue], name: str, location: int
) -> str | None:
    if name in fields:
        return fields[name].type
    _report_missing_field(analyzer, name, "record data type", tuple(fields), location)
    return None


def _returns_unknown_record(node: Node, value_type: str | None) -> bool:
    """Return whether an expression is a call of a function that does not say the columns of its record."""
    return value_type == "record" and node.WhichOneof("node") == "func_call"


def _check_has_fields(analyzer: Analyzer, base: str | None, name: str, location: int) -> None:
    """Report a field, or all by `*`, of a value whose type has none."""
    described = describe_type(analyzer.schema, base)
    if described is None or described.kind not in _WITHOUT_FIELDS or base is None:
        return
    if builtins.find_functions(name) or _may_be_function(analyzer, name):
        return
    message = f"column notation .{name} applied to type {format_type(base)}, which is not a composite type"
    remedy = "Use the operators of JSON: value ->> 'key'." if base in {"json", "jsonb"} else ""
    analyzer.report("type-mismatch", message, remedy, location, name)


def _expand_row(
    analyzer: Analyzer, item: FromItem | None, value_type: str | None, location: int
) -> ColumnTypes | None:
    """Return the columns of a row value, and record a reference to each."""
    recorder = analyzer.recorder
    if item is not None:
        if recorder is not None:
            for name in item.columns:
                recorder.record_column(item, name, location)
        return list(item.columns.items())
    base = base_type(analyzer.schema, value_type)
    relation = analyzer.schema.find_row_relation(base) if base else None
    if relation is None or not relation.complete or relation.uncertain:
        if recorder is not None and (base is None or relation is not None):
            recorder.record("column", None, location)
        return None
    if recorder is not None:
        for name in relation.columns:
            recorder.record_field(relation, name, location)
    return [(column.name, column.type) for column in relation.columns.values()]


def analyze_row_elements(analyzer: Analyzer, nodes: Sequence[Node], scope: Scope) -> list[TypedValue]:
    """Analyze the expressions of a row or a VALUES list, in which `t.*` stands for the columns."""
    values = []
    for node in nodes:
        expanded = expand_star(analyzer, node, scope)
        if expanded is None:
            values.append(analyze_expression(analyzer, node, scope))
            continue
        if analyzer.recorder is None:
            # Report a qualifier that does not exist.
            analyze_expression(analyzer, node, scope)
        values += [TypedValue(kind) for _, kind in expanded[0]]
    return values


def expand_star(analyzer: Analyzer, node: Node, scope: Scope) -> tuple[ColumnTypes, bool] | None:
    """Return the columns of `*` or `t.*`, and whether the columns are complete; None for another expression."""
    if node.WhichOneof("node") != "column_ref":
        return None
    fields = node.column_ref.fields
    if fields[-1].WhichOneof("node") != "a_star":
        return None
    *qualifiers, qualifier = ("", *strings(fields[:-1]))
    schema_name = qualifiers[-1] if qualifiers else ""
    columns: ColumnTypes = []
    complete = True
    for level in scope.levels() if qualifier else (scope,):
        items = [item for item in level.items if not qualifier or item.has_name(schema_name, qualifier)]
        for item in items[:1] if qualifier else items:
            complete = complete and item.complete
            if not qualifier and item.qualified_only:
                continue
            hidden = frozenset() if qualifier else item.merged_columns
            shown = [(name, kind) for name, kind in item.columns.items() if name not in hidden]
            columns += shown
            level.uses += [
                LocatedUse(item, name, node.column_ref.location, level is not scope) for name, _ in shown
            ]
            _record_star(analyzer, item, [name for name, _ in shown], node.column_ref.location)
        if items:
            return columns, complete
    if analyzer.recorder is not None:
        analyzer.recorder.record("column", None, node.column_ref.location)
    return columns, False


def _record_star(analyzer: Analyzer, item: FromItem, names: Sequence[str], location: int) -> None:
    if analyzer.recorder is None:
        return
    for name in names:
        analyzer.recorder.record_column(item, name, location)
    if not item.complete and not item.is_derived:
        analyzer.recorder.record("column", None, location)
