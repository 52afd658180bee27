"""The analysis of a statement against a replayed history."""

from __future__ import annotations

from typing import cast

import attrs

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.schema import RoutineInfo
from schema_dsl.analysis.scope import ColumnTypes, FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema, Routine
from schema_dsl.parsing import Node


@attrs.define(eq=False)
class HistoryAnalyzer(Analyzer):
    """An analyzer whose schema is a replayed history, which knows when and how objects were created.

    Attributes:
        history: The replayed schema.
    """

    _items: dict[HistoryRelation, FromItem] = attrs.field(factory=dict, init=False)
    # A field instead of a property, because every check reads it.
    history: HistorySchema = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.history = cast("HistorySchema", self.schema)

    def build_scope(self, relation: HistoryRelation) -> Scope:
        """Build the scope of an expression of a relation whose columns are final, such as a check."""
        item = self._items.get(relation)
        if item is None:
            item = self._items[relation] = build_from_item(relation)
        return Scope([item])

    def find_record_columns(self, routine: RoutineInfo) -> tuple[ColumnTypes | None, bool]:
        """Return the columns of a function that returns record, and whether it casts none of them."""
        from schema_dsl.lint.semantics.record_functions import find_record_columns  # noqa: PLC0415 - it imports this

        if (
            not isinstance(routine, Routine)
            or routine.signature.returns != "record"
            or routine.signature.columns
        ):
            return None, False
        return find_record_columns(self.history, routine), routine.language == "plpgsql"

    def record_collation(self, node: Node) -> None:
        """Record a reference to the collation of a CollateClause, and report a collation that does not exist."""
        from schema_dsl.lint.semantics.collations import check_collation  # noqa: PLC0415 - it imports this

        Analyzer.record_collation(self, node)
        check_collation(self, *qualified_name(node.collname), node.location)

    def resolve_relation(self, node: Node) -> HistoryRelation | None:
        """Return the relation that a RangeVar names; report a relation that does not exist."""
        return cast("HistoryRelation | None", Analyzer.resolve_relation(self, node))

    def resolve_relation_name(self, schema_name: str, name: str, location: int) -> HistoryRelation | None:
        """Return a relation by its name; report a relation that does not exist."""
        return cast(
            "HistoryRelation | None", Analyzer.resolve_relation_name(self, schema_name, name, location)
        )
