"""Check that the name of a new type, or of a new relation and its row type, is free."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer


def check_name(
    analyzer: HistoryAnalyzer, step: HistoryStep, schema_name: str, name: str, *, is_relation: bool = False
) -> None:
    """Report the name of a type that certainly exists; a table, view or composite type has a row type too.

    Args:
        analyzer: The analyzer of the statement.
        step: The statement.
        schema_name: The schema of the new type, or "".
        name: The name of the new type.
        is_relation: Whether the statement creates a relation; another check compares it with relations.
    """
    history = analyzer.history
    key = (history.creation_schema(schema_name), name)
    user_type, relation = history.types.get(key), history.relations.get(key)
    is_taken = user_type is not None and user_type.created_at is not None and user_type.is_certain
    if relation is not None and not is_relation and relation.kind != "sequence":
        is_taken = is_taken or (relation.created_at is not None and relation.certainly_exists)
    if is_taken and step.guard is Guard.NONE:
        analyzer.report("duplicate-name", f'type "{name}" already exists', "", -1, name)
