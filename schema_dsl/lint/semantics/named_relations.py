"""Check the relations and columns that statements of maintenance, publications and statistics name."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics import relation_kinds, virtual_columns
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node

_PUBLICATION_KINDS = enumeration("PublicationObjSpecType")


def check_lock(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the relations of a LOCK TABLE."""
    del step
    for each in tree.relations:
        analyzer.resolve_relation(each.range_var)


def check_vacuum(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the relations and columns of a VACUUM or ANALYZE."""
    del step
    for each in tree.rels:
        _check_columns(analyzer, each.vacuum_relation.relation, names(each.vacuum_relation.va_cols), "")


def check_publication(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the tables and columns of a publication."""
    del step
    for each in tree.pubobjects:
        spec = each.publication_obj_spec
        if _PUBLICATION_KINDS[spec.pubobjtype] == "PUBLICATIONOBJ_TABLE":
            _check_columns(analyzer, spec.pubtable.relation, names(spec.pubtable.columns), "ADD TABLE")


def check_statistics(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the columns of CREATE STATISTICS."""
    del step
    if len(tree.relations) != 1:
        return
    columns = [each.stats_elem.name for each in tree.exprs if each.stats_elem.name]
    _check_columns(analyzer, tree.relations[0].range_var, columns, "CREATE STATISTICS")
    relation = analyzer.history.find_relation(
        tree.relations[0].range_var.schemaname, tree.relations[0].range_var.relname
    )
    if relation is not None:
        virtual_columns.check_statistics(analyzer, relation, tree)
    twice = next((name for name in columns if columns.count(name) > 1), "")
    if twice:
        analyzer.report("duplicate-name", f'column "{twice}" is named twice in the statistics', "", -1, twice)
    elif len(tree.exprs) == 1 and columns:
        message = "extended statistics require at least 2 columns"
        analyzer.report(
            "wrong-column-count", message, "Name another column, or an expression.", -1, columns[0]
        )


def _check_columns(analyzer: HistoryAnalyzer, node: Node, columns: list[str], statement: str) -> None:
    relation = analyzer.resolve_relation(node)
    if relation is None or not relation_kinds.check_accepted(analyzer, relation, statement):
        return
    for column in columns:
        check_column_exists(analyzer, relation, column, -1)
