"""Generate values: distinct values of a type, and values that derive from the constants of a condition."""

from __future__ import annotations

from schema_dsl.verify.values.abbreviate import abbreviate
from schema_dsl.verify.values.condition_values import candidate_values, more_candidate_values
from schema_dsl.verify.values.distinct import distinct_value
from schema_dsl.verify.values.evaluate import Condition, Evaluator, TypedSlot
from schema_dsl.verify.values.neighbors import values_around
from schema_dsl.verify.values.types import DatabaseType, DatabaseTypes

__all__ = [
    "Condition",
    "DatabaseType",
    "DatabaseTypes",
    "Evaluator",
    "TypedSlot",
    "abbreviate",
    "candidate_values",
    "distinct_value",
    "more_candidate_values",
    "values_around",
]
