"""Check CREATE SEQUENCE and ALTER SEQUENCE."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.trees import names, options
from schema_dsl.lint.history.owned_sequences import find_owner_of_sequence
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.lint.semantics.sequence_options import check_options
from schema_dsl.parsing import Node


def check_sequence(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the name, the options and the owning column of a CREATE or ALTER SEQUENCE."""
    if step.kind == "create_seq_stmt" and step.guard is Guard.NONE and not tree.if_not_exists:
        create_table.check_new_name(analyzer, step, tree.sequence)
    if step.kind == "alter_seq_stmt" and not tree.missing_ok:
        analyzer.resolve_relation(tree.sequence)
    check_options(
        analyzer,
        tree.options,
        "int8",
        tree.sequence.location,
        is_new=step.kind == "create_seq_stmt",
    )
    for option, value in options(tree.options):
        owner = names(value.list.items) if option == "owned_by" else []
        if owner and step.kind == "alter_seq_stmt" and step.guard is Guard.NONE:
            _check_identity_sequence(analyzer, tree.sequence)
        home, name = ("", "", "", *owner)[-3:-1]
        relation = analyzer.resolve_relation_name(home, name, -1) if len(owner) > 1 else None
        if relation is not None:
            check_column_exists(analyzer, relation, owner[-1], -1)
            _check_same_schema(analyzer, tree.sequence, relation, is_new=step.kind == "create_seq_stmt")


def _check_same_schema(
    analyzer: HistoryAnalyzer, node: Node, relation: HistoryRelation, *, is_new: bool
) -> None:
    """Check that a sequence is in the schema of the table that OWNED BY names."""
    history = analyzer.history
    sequence = None if is_new else history.find_relation(node.schemaname, node.relname)
    home = history.creation_schema(node.schemaname) if sequence is None else sequence.schema
    is_known = is_new or (sequence is not None and not sequence.uncertain)
    if is_known and home != relation.schema and not relation.temporary and not relation.uncertain:
        message = "sequence must be in same schema as table it is linked to"
        analyzer.report(
            "sequence-options", message, f"Create it in {relation.schema}.", node.location, node.relname
        )


def _check_identity_sequence(analyzer: HistoryAnalyzer, node: Node) -> None:
    """Check that OWNED BY does not take the sequence of an identity column away from it."""
    owner = find_owner_of_sequence(analyzer.history, node.schemaname, node.relname)
    if owner is not None and owner[1].as_identity and not (owner[0].uncertain or owner[1].uncertain):
        message = f'cannot change ownership of identity sequence "{node.relname}"'
        analyzer.report("sequence-options", message, "Use DROP IDENTITY.", node.location, node.relname)
