"""Check that the columns that statements name exist."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.errors import find_nearest
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer

REMOVED: Final = ": an earlier statement dropped or renamed it"
"""The end of the message about a column that the history has removed."""


def check_column_exists(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str, location: int, usage: str = ""
) -> bool:
    """Report a column that a relation certainly does not have; return whether the column may exist.

    `usage` is the part of Postgres' message that says where the column is named, as in "named in key".
    """
    if name in relation.columns:
        return True
    is_removed = name in relation.removed_columns
    if not is_removed and (not relation.complete or relation.uncertain):
        return True
    near = find_nearest(name, relation.columns)
    if usage:
        message = f'column "{name}" {usage} does not exist in {relation}'
    else:
        message = f'column "{name}" of relation "{relation}" does not exist'
    remedy = f"Did you mean {near}?" if near else f"Columns of {relation}: {', '.join(relation.columns)}."
    if is_removed:
        message += REMOVED
        new_name = relation.removed_columns[name]
        remedy = f"An earlier statement renamed it to {new_name}." if new_name else remedy
    analyzer.report("unknown-column", message, remedy, location, name)
    return False
