"""Read the bodies of routines and DO blocks: the SQL that they contain, as parse trees, and when it runs.

This is the only reader of bodies. `read_body(statement)` reads each body once. A body without SQL in a language that
Postgres itself parses, or with a syntax error, has fewer parts; nothing is read from its text.
"""

from __future__ import annotations

from schema_dsl.analysis.bodies.dynamic_sql import PLACEHOLDER_NAME, DynamicSql
from schema_dsl.analysis.bodies.routine_body import (
    BodyPart,
    Guard,
    RoutineBody,
    expand_blocks,
    read_body,
)

__all__ = [
    "PLACEHOLDER_NAME",
    "BodyPart",
    "DynamicSql",
    "Guard",
    "RoutineBody",
    "expand_blocks",
    "read_body",
]
