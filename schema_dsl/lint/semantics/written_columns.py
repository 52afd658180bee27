"""Check that INSERT and UPDATE give values only to columns that take them, and to all that need one."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics import refused_values
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node


def check_insert(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the columns that an INSERT names, and those that it leaves out."""
    relation = _find_table(analyzer, tree)
    if relation is None or (not tree.HasField("select_stmt") and tree.cols):
        return
    query = tree.select_stmt.select_stmt
    rows = [[value.WhichOneof("node") for value in row.list.items] for row in query.values_lists]
    nulls = [[_is_null(value) for value in row.list.items] for row in query.values_lists]
    is_default_only = not tree.HasField("select_stmt")
    if tree.cols:
        named = [target.res_target.name for target in tree.cols]
    elif relation.complete or is_default_only:
        count = max((len(row) for row in rows), default=0)
        named = [] if is_default_only or not rows else list(relation.columns)[:count]
    else:
        return
    locations = [target.res_target.location for target in tree.cols] or [-1] * len(named)
    overrides = enumeration("OverridingKind")[tree.override] != "OVERRIDING_NOT_SET"
    for number, (name, location) in enumerate(zip(named, locations, strict=True)):
        column = _find_certain(relation, name)
        kinds = [row[number] for row in rows if number < len(row)]
        is_default = bool(rows) and all(kind == "set_to_default" for kind in kinds)
        if column is not None and not is_default and not (overrides and column.as_identity):
            _check_written(analyzer, column, location)
        if column is not None and any(row[number] for row in nulls if number < len(row)):
            _report_null(analyzer, relation, column, location)
    refused_values.check_rows(analyzer, relation, named, [list(row.list.items) for row in query.values_lists])
    if rows or is_default_only:
        _check_omitted(analyzer, relation, named, rows)


def _check_written(analyzer: HistoryAnalyzer, column: HistoryColumn, location: int) -> None:
    why = f'Column "{column.name}" is a generated column.' if column.generated else ""
    remedy = "Leave the column out."
    if column.as_identity == "always":
        why = f'Column "{column.name}" is an identity column defined as GENERATED ALWAYS.'
        remedy = "Leave the column out, or write OVERRIDING SYSTEM VALUE."
    if why:
        message = f'cannot insert a non-DEFAULT value into column "{column.name}". {why}'
        analyzer.report("column-attribute", message.rstrip("."), remedy, location, column.name)


def _check_omitted(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, named: Sequence[str], rows: list[list[str | None]]
) -> None:
    """Report a column that gets NULL because the INSERT leaves it out, or says DEFAULT."""
    defaulted = {
        name
        for number, name in enumerate(named)
        if any(number < len(row) and row[number] == "set_to_default" for row in rows)
    }
    for column in relation.columns.values():
        is_set = column.name in named and column.name not in defaulted
        has_value = column.default is not None or column.owns_sequence or _may_have_default(analyzer, column)
        if not is_set and not has_value and _find_certain(relation, column.name) is not None:
            _report_null(analyzer, relation, column, -1)
            if column.not_null:
                # Postgres reports the first one.
                return


def _may_have_default(analyzer: HistoryAnalyzer, column: HistoryColumn) -> bool:
    """Return whether a default may come from the domain of a column, or from before the history."""
    return (
        column.created_at is None
        or column.type is None
        or analyzer.history.find_user_type(column.type) is not None
    )


def _report_null(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, column: HistoryColumn, location: int
) -> None:
    fills = any(
        trigger.timing == "before" and "insert" in trigger.events for trigger in relation.triggers.values()
    )
    # A trigger may give the column a value.
    if column.not_null and not fills and not relation.unknown_kinds & {"triggers", "more triggers"}:
        analyzer.report(
            "not-null-violation",
            f'null value in column "{column.name}" of relation "{relation}" violates the NOT NULL constraint',
            f"Give {column.name} a value, or a default.",
            location,
            column.name if location >= 0 else "",
        )


def check_update(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that an UPDATE sets no column that only Postgres sets."""
    relation = _find_table(analyzer, tree)
    for wrapped in tree.target_list if relation is not None else ():
        target = wrapped.res_target
        column = None if relation is None else _find_certain(relation, target.name)
        is_default = target.val.WhichOneof("node") == "set_to_default"
        if column is not None and not is_default and (column.generated or column.as_identity == "always"):
            what = (
                "a generated column" if column.generated else "an identity column defined as GENERATED ALWAYS"
            )
            message = f'column "{column.name}" can only be updated to DEFAULT: it is {what}'
            analyzer.report(
                "column-attribute", message, "Leave the column out.", target.location, column.name
            )


def _find_table(analyzer: HistoryAnalyzer, tree: Node) -> HistoryRelation | None:
    if tree.HasField("with_clause"):
        return None
    relation = analyzer.history.find_relation(tree.relation.schemaname, tree.relation.relname)
    is_known = relation is not None and relation.is_named and not relation.uncertain and not relation.declared
    if relation is None or not is_known or relation.kind != "table" or "columns" in relation.unknown_kinds:
        return None
    return relation


def _find_certain(relation: HistoryRelation, name: str) -> HistoryColumn | None:
    column = relation.columns.get(name)
    return None if column is None or column.uncertain else column


def _is_null(value: Node) -> bool:
    return bool(value.WhichOneof("node") == "a_const" and value.a_const.isnull)
