"""Check DROP and RENAME statements against the replayed schema."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.lint.history.drop_rename import RELATION_KINDS
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_objects import check_part_exists, resolve_relation_list
from schema_dsl.parsing import Node


def drop(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the dropped objects exist, unless the statement has IF EXISTS."""
    del step
    if tree.missing_ok:
        return
    kind = enumeration("ObjectType")[tree.remove_type]
    for node in tree.objects:
        if kind in RELATION_KINDS:
            resolve_relation_list(analyzer, names(node.list.items))
        elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
            parts = names(node.list.items)
            relation = resolve_relation_list(analyzer, parts[:-1])
            if relation is not None:
                check_part_exists(analyzer, relation, kind.removeprefix("OBJECT_").lower(), parts[-1])


def rename(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the renamed object exists, and that the new name of a column is free."""
    del step
    kind = enumeration("ObjectType")[tree.rename_type]
    if tree.missing_ok or kind not in {"OBJECT_COLUMN", "OBJECT_POLICY", "OBJECT_TRIGGER", *RELATION_KINDS}:
        return
    relation = analyzer.resolve_relation(tree.relation)
    if relation is None:
        return
    if kind == "OBJECT_COLUMN":
        if (
            create_table.check_column_exists(analyzer, relation, tree.subname, -1)
            and tree.newname in relation.columns
        ):
            existing = relation.columns[tree.newname]
            if existing.created_at is not None and not (existing.uncertain or relation.uncertain):
                message = f'column "{tree.newname}" of relation "{relation}" already exists'
                analyzer.report("duplicate-name", message, "", -1, tree.newname)
    elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
        check_part_exists(analyzer, relation, kind.removeprefix("OBJECT_").lower(), tree.subname)
