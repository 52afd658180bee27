"""The effects of each kind of statement by its text: creations, changes, drops, locks, scans and rewrites.

`effects(statement)` returns the effects of a statement. The knowledge about kinds of statements is only in this
package. `scans` and `rewrites` are upper bounds, because some depend on the schema: whether a new type of a column
rewrites the table depends on the old type.
"""

from __future__ import annotations

# Importing these modules registers the derivations of their kinds of statements.
from schema_dsl.analysis.effects import alter_table, data, named, objects, tables
from schema_dsl.analysis.effects.effect import Effect, TableCommand
from schema_dsl.analysis.effects.registry import (
    DERIVATIONS,
    derive_effects,
    effects,
    effects_by_command,
    first_effect,
)
from schema_dsl.parsing import QUERY_KINDS

__all__ = [
    "DEFINING_KINDS",
    "DERIVATIONS",
    "Effect",
    "TableCommand",
    "derive_effects",
    "effects",
    "effects_by_command",
    "first_effect",
]
__all__ += ["alter_table", "data", "named", "objects", "tables"]

# The kinds of statements that may create, alter, drop, rename or move an object: all but the frequent ones that do not.
DEFINING_KINDS = frozenset(DERIVATIONS) - QUERY_KINDS - {"comment_stmt", "grant_stmt"}
