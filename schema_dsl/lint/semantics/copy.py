"""Check the relation and the columns of COPY."""

from __future__ import annotations

from schema_dsl.analysis import queries
from schema_dsl.analysis.expressions import analyze_condition
from schema_dsl.analysis.scope import Scope, build_from_item
from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import relation_kinds
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node


def check_copy(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that COPY reads from, or writes to, a relation and columns that it can."""
    del step
    if tree.HasField("query"):
        queries.analyze_query(analyzer, tree.query, Scope())
        return
    relation = analyzer.resolve_relation(tree.relation)
    if relation is None or not relation_kinds.check_accepted(analyzer, relation, _find_words(relation, tree)):
        return
    if relation.partition_strategy and not tree.is_from and not relation.uncertain:
        message = f'COPY TO cannot be applied to "{relation}": it is partitioned'
        analyzer.report("relation-kind", message, "Use COPY (SELECT ...) TO.", -1, relation.name)
    _check_columns(analyzer, relation, names(tree.attlist))
    scope = Scope([build_from_item(relation)])
    analyze_condition(analyzer, tree.where_clause, scope, "WHERE")


def _find_words(relation: HistoryRelation, tree: Node) -> str:
    """Return the words of a COPY. Through a trigger, COPY FROM writes to a view too."""
    if not tree.is_from:
        return "COPY TO"
    return "" if relation.kind == "view" and relation.triggers else "COPY FROM"


def _check_columns(analyzer: HistoryAnalyzer, relation: HistoryRelation, columns: list[str]) -> None:
    for number, name in enumerate(columns):
        check_column_exists(analyzer, relation, name, -1)
        column = relation.columns.get(name)
        if name in columns[:number]:
            analyzer.report("duplicate-name", f'column "{name}" specified more than once', "", -1, name)
        elif column is not None and column.generated and not column.uncertain:
            message = f'column "{name}" is a generated column, which cannot be used in COPY'
            analyzer.report("column-attribute", message, "Leave the column out.", -1, name)
