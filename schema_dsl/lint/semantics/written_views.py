"""Check that INSERT through a view gives a value to each column of its table that needs one."""

from __future__ import annotations

from schema_dsl.analysis.dml import is_star
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.folding import fold_row_condition
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.refused_values import may_change_rows, read_constant, to_stored
from schema_dsl.lint.semantics.relation_kinds import find_not_updatable
from schema_dsl.lint.semantics.written_columns import check_written, is_null, report_null, report_omitted
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

# The number of views over views that are followed.
_DEPTH = 5


def check_insert(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Report NULL in a column of the table behind a view, also where the INSERT or the view leaves the column out."""
    view = analyzer.history.find_relation(tree.relation.schemaname, tree.relation.relname)
    rows = [list(row.list.items) for row in tree.select_stmt.select_stmt.values_lists]
    if view is None or view.kind != "view" or tree.HasField("with_clause"):
        return
    found = _find_table(analyzer, view) if rows or not tree.HasField("select_stmt") else None
    if found is None:
        return
    table, columns = found
    written = {columns.get(name) for name, column in view.columns.items() if column.default is not None}
    given = [target.res_target.name for target in tree.cols] or list(view.columns)
    for name, *values in zip(given, *rows, strict=False) if rows else ():
        column = table.columns.get(columns.get(name, ""))
        if column is not None and any(is_null(value) for value in values):
            report_null(analyzer, table, column, -1)
            return
        is_given = any(value.WhichOneof("node") != "set_to_default" for value in values)
        overrides = enumeration("OverridingKind")[tree.override] != "OVERRIDING_NOT_SET"
        if (
            column is not None
            and not column.uncertain
            and is_given
            and not (overrides and column.as_identity)
        ):
            check_written(analyzer, column, -1)
        if all(value.WhichOneof("node") != "set_to_default" for value in values):
            written.add(columns.get(name))
    if view.options.get("check_option"):
        _check_option(analyzer, view, table, [columns.get(name, "") for name in given], rows)
    omitted = (column for column in table.columns.values() if column.name not in written)
    # Postgres reports the first one.
    next((column for column in omitted if report_omitted(analyzer, table, column)), None)


def _check_option(
    analyzer: HistoryAnalyzer,
    view: HistoryRelation,
    table: HistoryRelation,
    named: list[str],
    rows: list[list[Node]],
) -> None:
    """Report constants that the condition of a view with CHECK OPTION excludes."""
    query = view.query.select_stmt if view.query is not None and view.query.HasField("select_stmt") else None
    if query is None or not query.HasField("where_clause") or may_change_rows(table):
        return
    node = query.from_clause[0].range_var
    if analyzer.history.find_relation(node.schemaname, node.relname) is not table:
        return
    for row in rows:
        values = {}
        for name, value in zip(named, row, strict=False):
            column = table.columns.get(name)
            stored = None if column is None else to_stored(analyzer.history, column, read_constant(value))
            if stored is not None:
                values[name] = stored
        if values and fold_row_condition(query.where_clause, values) is False:
            message = f'new row violates check option for view "{view}": its condition excludes the row'
            analyzer.report("refused-value", message, "Write to the table, or correct the values.", -1)
            return


def _find_table(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, depth: int = _DEPTH
) -> tuple[HistoryRelation, dict[str, str]] | None:
    """Return the table into which a relation writes, and the table's column for each column; None if not known."""
    is_certain = relation.created_at is not None and relation.complete and not relation.uncertain
    if not is_certain or relation.unknown_kinds or relation.rules or not depth:
        return None
    if relation.kind == "table":
        return relation, {name: name for name in relation.columns}
    if relation.kind != "view" or relation.triggers or relation.query is None or find_not_updatable(relation):
        return None
    query = relation.query
    query = query.select_stmt if query.DESCRIPTOR.name == "Node" else query
    node = query.from_clause[0].range_var
    below = analyzer.history.find_relation(node.schemaname, node.relname)
    found = _find_table(analyzer, below, depth - 1) if below is not None else None
    read = _read_columns(query, relation, below) if below is not None else None
    if found is None or read is None or node.alias.colnames:
        return None
    table, columns = found
    return table, {name: columns[each] for name, each in read.items() if each in columns}


def _read_columns(query: Node, view: HistoryRelation, below: HistoryRelation) -> dict[str, str] | None:
    """Return the columns of the relation below a view, by the view's columns; None if one is no longer known."""
    values = [target.res_target.val for target in query.target_list]
    if len(values) == 1 and is_star(values[0]):
        read = {name: name for name in view.columns}
    elif len(values) == len(view.columns) and not any(map(is_star, values)):
        read = {
            name: strings(value.column_ref.fields)[-1]
            for name, value in zip(view.columns, values, strict=True)
            if value.WhichOneof("node") == "column_ref"
        }
    else:
        return None
    return read if below.columns.keys() >= set(read.values()) else None
