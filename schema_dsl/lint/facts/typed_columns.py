"""The columns that a statement adds, or of which it changes the type."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from schema_dsl.analysis.trees import enumeration, is_serial, resolve_type_name, type_modifiers
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.history.alter_table import command_definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.parsing import Node
from schema_dsl.parsing.lexer import tokens

TYPING_KINDS = frozenset({"create_stmt", "alter_table_stmt"})


@attrs.frozen(eq=False, slots=False)
class TypedColumn:
    """A column with a type in a statement.

    Attributes:
        step: The statement.
        table: The name of the table, for messages.
        name: The name of the column.
        node: The TypeName.
    """

    step: HistoryStep
    table: str
    name: str
    node: Node

    @functools.cached_property
    def type(self) -> str | None:
        """The full name of the type; None if it is unknown."""
        return resolve_type_name(self.step.schema, self.node)

    @functools.cached_property
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
    columns = _of_table(step.tree) if step.kind == "create_stmt" else _of_alter(step.tree)
    return tuple(TypedColumn(step, format_relation(table), name, node) for name, node in columns)


def _of_table(tree: Node) -> Iterator[tuple[str, Node]]:
    for element in tree.table_elts:
        if element.WhichOneof("node") == "column_def" and element.column_def.HasField("type_name"):
            yield element.column_def.colname, element.column_def.type_name


def _of_alter(tree: Node) -> Iterator[tuple[str, Node]]:
    subtypes = enumeration("AlterTableType")
    for node in tree.cmds:
        command = node.alter_table_cmd
        kind = subtypes[command.subtype]
        if kind == "AT_AddColumn":
            yield (
                command_definition(command).column_def.colname,
                command_definition(command).column_def.type_name,
            )
        elif kind == "AT_AlterColumnType":
            yield command.name, command_definition(command).column_def.type_name
