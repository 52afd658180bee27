"""The columns that a statement adds, or of which it changes the type."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.trees import is_serial, resolve_type_name, type_modifiers
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.cache import cached_for_step
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.history.create_table import build_relation
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn
from schema_dsl.parsing import Node
from schema_dsl.parsing.lexer import tokens

TYPING_KINDS = frozenset({"create_stmt", "alter_table_stmt"})
TYPING_COMMANDS = frozenset({"AT_AddColumn", "AT_AlterColumnType"})
_COLUMN_KINDS = frozenset({"column", "attribute"})


@attrs.frozen(eq=False)
class TypedColumn:
    """A column with a type in a statement.

    Attributes:
        step: The statement.
        table: The name of the table, for messages.
        name: The name of the column.
        definition: The ColumnDef.
        type: The full name of the type; None if it is unknown.
        serial: Whether the type is serial, bigserial or smallserial.
    """

    step: HistoryStep
    table: str
    name: str
    definition: Node
    type: str | None
    serial: bool

    @property
    def node(self) -> Node:
        """The TypeName."""
        return self.definition.type_name

    @property
    def element(self) -> str:
        """The full name of the type, or of the elements of an array; "" if it is unknown."""
        return (self.type or "").removesuffix("[]")

    @property
    def modifiers(self) -> tuple[int, ...]:
        """The type modifiers, such as 10 and 2 in numeric(10, 2)."""
        return type_modifiers(self.node)

    @property
    def span(self) -> TextSpan:
        """The span of the first word of the type."""
        start = self.step.statement.offset(self.node.location)
        first = next(tokens(self.step.statement.text, start - self.step.statement.start), None)
        return TextSpan(start, start + (first.end - first.start if first is not None else 1))


def list_typed_columns(step: HistoryStep) -> list[TypedColumn]:
    """Return the columns with a type in a CREATE or ALTER TABLE; none for a temporary table."""
    return _describe(step, _list_columns(step))


def find_columns_of(step: HistoryStep, *elements: str) -> list[TypedColumn]:
    """Return the columns of one of these types, or arrays of it, in a CREATE or ALTER TABLE, type by type."""
    columns = _group_by_element(step)
    found = [column for element in elements for column in columns.get(element, ())]
    return _describe(step, found) if found else []


def find_serial_columns(step: HistoryStep) -> list[TypedColumn]:
    """Return the columns of type serial, bigserial or smallserial in a CREATE or ALTER TABLE."""
    return _describe(step, [column for column in _list_columns(step) if column.serial])


def _describe(step: HistoryStep, columns: Iterable[HistoryColumn]) -> list[TypedColumn]:
    table = format_relation(step.tree.relation)
    return [
        TypedColumn(step, table, column.name, column.definition, column.type, column.serial)
        for column in columns
    ]


@cached_for_step
def _group_by_element(step: HistoryStep) -> dict[str, list[HistoryColumn]]:
    by_element: dict[str, list[HistoryColumn]] = {}
    for column in _list_columns(step):
        by_element.setdefault((column.type or "").removesuffix("[]"), []).append(column)
    return by_element


@cached_for_step
def _list_columns(step: HistoryStep) -> list[HistoryColumn]:
    table = step.tree.relation
    relation = step.schema.find_relation(table.schemaname, table.relname)
    if table.relpersistence == "t" or (relation is not None and relation.temporary):
        return []
    if step.kind == "create_stmt" and not step.tree.inh_relations:
        # The replay resolves the same types, and keeps the relation that it builds.
        columns = build_relation(step.schema, step.tree, step.position).columns
        return [column for column in columns.values() if column.definition is not None]
    return [
        HistoryColumn(
            effect.identity,
            resolve_type_name(step.schema, effect.node.type_name),
            serial=is_serial(effect.node.type_name),
            definition=effect.node,
        )
        for effect in effects(step.statement)
        if effect.identity.kind in _COLUMN_KINDS and effect.node.DESCRIPTOR.name == "ColumnDef"
    ]
