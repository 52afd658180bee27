"""Check that no index, key or statistics is on a virtual generated column, whose values are not stored."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node, list_columns_in

RULE = "column-attribute"
_REMEDY = "Make the column STORED."
_KEYS = {
    "primary_key": "primary keys",
    "unique": "unique constraints",
    "foreign_key": "foreign key constraints",
}


def is_virtual(relation: HistoryRelation, name: str) -> bool:
    """Return whether a table certainly computes a column when it is read."""
    column = relation.columns.get(name)
    return column is not None and column.generated == "virtual" and not column.uncertain


def check_index(analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node) -> None:
    """Check the columns, expressions and predicate of an index."""
    if not _has_virtual(relation):
        return
    elements = [each.index_elem for each in (*tree.index_params, *tree.index_including_params)]
    trees = [element.expr for element in elements if element.HasField("expr")]
    trees += [tree.where_clause] if tree.HasField("where_clause") else []
    columns = [element.name for element in elements]
    columns += [parts[-1] for each in trees for parts in list_columns_in(each)]
    _report(analyzer, relation, columns, "indexes on virtual generated columns are not supported")


def check_constraint(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, node: Node, on: str
) -> None:
    """Check the columns of a key or a foreign key; `on` is the column of a column constraint."""
    if kind in _KEYS and _has_virtual(relation):
        message = f"{_KEYS[kind]} on virtual generated columns are not supported"
        columns = names(node.fk_attrs) or [*names(node.keys), *names(node.including)] or [on]
        _report(analyzer, relation, columns, message)


def check_partition_key(analyzer: HistoryAnalyzer, relation: HistoryRelation, element: Node) -> None:
    """Check that an element of PARTITION BY reads no generated column, virtual or stored."""
    read = [element.name] if element.name else [parts[-1] for parts in list_columns_in(element.expr)]
    found = next((name for name in read if _is_generated(relation, name)), "")
    if found:
        message = f'cannot use generated column "{found}" in partition key'
        analyzer.report(RULE, message, "Partition by a plain column.", element.location, found)


def check_statistics(analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node) -> None:
    """Check the columns of extended statistics."""
    columns = [each.stats_elem.name for each in tree.exprs]
    columns += [parts[-1] for each in tree.exprs for parts in list_columns_in(each.stats_elem.expr)]
    _report(analyzer, relation, columns, "statistics creation on virtual generated columns is not supported")


def check_domain(analyzer: HistoryAnalyzer, column: HistoryColumn | None, location: int) -> None:
    """Check the type of a new virtual column."""
    if column is None or column.generated != "virtual" or column.type is None:
        return
    user_type = analyzer.history.find_user_type(column.type)
    if user_type is not None and user_type.kind == "domain":
        message = f'virtual generated column "{column.name}" cannot have a domain type'
        analyzer.report(RULE, message, _REMEDY, location, column.name)


def check_foreign_key_actions(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node, own: list[str]
) -> None:
    """Check that a foreign key does not change a generated column."""
    column = next((name for name in own if _is_generated(relation, name)), "")
    for word, action, refused in (
        ("UPDATE", node.fk_upd_action, "cnd"),
        ("DELETE", node.fk_del_action, "nd"),
    ):
        if column and action and action in refused:
            message = f"invalid ON {word} action for foreign key constraint containing generated column"
            remedy = "Postgres computes the column: use NO ACTION, or ON DELETE CASCADE."
            analyzer.report(RULE, message, remedy, node.location, column)


def _is_generated(relation: HistoryRelation, name: str) -> bool:
    column = relation.columns.get(name)
    return column is not None and bool(column.generated) and not column.uncertain


def _has_virtual(relation: HistoryRelation) -> bool:
    return any(column.generated == "virtual" for column in relation.columns.values())


def _report(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, columns: Iterable[str], message: str
) -> None:
    found = next((name for name in columns if is_virtual(relation, name)), "")
    if found:
        analyzer.report(RULE, f'{message}: column "{found}"', _REMEDY, -1, found)
