"""The columns that a statement adds, or of which it changes the type."""

from __future__ import annotations

import functools

import attrs

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.trees import is_serial, resolve_type_name, type_modifiers
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.parsing import Node
from schema_dsl.parsing.lexer import tokens

TYPING_KINDS = frozenset({"create_stmt", "alter_table_stmt"})
_COLUMN_KINDS = frozenset({"column", "attribute"})


@attrs.frozen(eq=False)
class TypedColumn:
    """A column with a type in a statement.

    Attributes:
        step: The statement.
        table: The name of the table, for messages.
        name: The name of the column.
        node: The TypeName.
        type: The full name of the type; None if it is unknown.
    """

    step: HistoryStep
    table: str
    name: str
    node: Node
    type: str | None

    @property
    def element(self) -> str:
        """The full name of the type, or of the elements of an array; "" if it is unknown."""
        return (self.type or "").removesuffix("[]")

    @property
    def modifiers(self) -> tuple[int, ...]:
        """The type modifiers, such as 10 and 2 in numeric(10, 2)."""
        return type_modifiers(self.node)

    @property
    def serial(self) -> bool:
        """Whether the type is serial, bigserial or smallserial."""
        return is_serial(self.node)

    @property
    def span(self) -> TextSpan:
        """The span of the first word of the type."""
        start = self.step.statement.offset(self.node.location)
        first = next(tokens(self.step.statement.text, start - self.step.statement.start), None)
        return TextSpan(start, start + (first.end - first.start if first is not None else 1))


# About twelve rules read the columns of one step in a row; no rule reads them later.
@functools.lru_cache(maxsize=1)
def list_typed_columns(step: HistoryStep) -> tuple[TypedColumn, ...]:
    """Return the columns with a type in a CREATE or ALTER TABLE; none for a temporary table."""
    table = step.tree.relation
    relation = step.schema.find_relation(table.schemaname, table.relname)
    if table.relpersistence == "t" or (relation is not None and relation.temporary):
        return ()
    name = format_relation(table)
    return tuple(
        TypedColumn(step, name, effect.identity.name, node, resolve_type_name(step.schema, node))
        for effect in effects(step.statement)
        if effect.identity.kind in _COLUMN_KINDS and effect.node.DESCRIPTOR.name == "ColumnDef"
        for node in [effect.node.type_name]
    )
