"""The columns that a statement makes or gives another type."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, is_serial, modifiers, type_named
from schema_dsl.parsing import Node
from schema_dsl.parsing.lexer import tokens

TYPING = frozenset({"create_stmt", "alter_table_stmt"})


@attrs.frozen(eq=False, slots=False)
class TypedColumn:
    """A column as a statement writes it: the name, the type's node, and the name of its table for people."""

    step: HistoryStep
    table: str
    name: str
    node: Node

    @functools.cached_property
    def type(self) -> str | None:
        """The type's full name; None if it is not known."""
        return type_named(self.step.schema, self.node)

    @functools.cached_property
    def element(self) -> str:
        """The type's name, of its elements if it is an array; "" if it is not known."""
        return (self.type or "").removesuffix("[]")

    @property
    def modifiers(self) -> tuple[int, ...]:
        """The numbers behind the type's name."""
        return modifiers(self.node)

    @property
    def serial(self) -> bool:
        """Whether it is written as serial."""
        return is_serial(self.node)

    @property
    def place(self) -> TextSpan:
        """Where the type's first word stands."""
        start = self.step.statement.offset(self.node.location)
        first = next(tokens(self.step.statement.text, start - self.step.statement.start), None)
        return TextSpan(start, start + (first.end - first.start if first is not None else 1))


# A dozen rules ask about one step, one after the other, and then never again.
@functools.lru_cache(maxsize=1)
def written(step: HistoryStep) -> tuple[TypedColumn, ...]:
    """Give the columns to which a CREATE or ALTER TABLE gives a type; temporary tables are nobody's concern."""
    table = step.tree.relation
    relation = step.schema.relation(table.schemaname, table.relname)
    if table.relpersistence == "t" or (relation is not None and relation.temporary):
        return ()
    found = _of_table(step.tree) if step.kind == "create_stmt" else _of_alter(step.tree)
    return tuple(TypedColumn(step, shown(table), name, node) for name, node in found)


def _of_table(tree: Node) -> Iterator[tuple[str, Node]]:
    for element in tree.table_elts:
        if element.WhichOneof("node") == "column_def" and element.column_def.HasField("type_name"):
            yield element.column_def.colname, element.column_def.type_name


def _of_alter(tree: Node) -> Iterator[tuple[str, Node]]:
    subtypes = enumeration("AlterTableType")
    for each in tree.cmds:
        command = each.alter_table_cmd
        kind = subtypes[command.subtype]
        if kind == "AT_AddColumn":
            yield definition(command).column_def.colname, definition(command).column_def.type_name
        elif kind == "AT_AlterColumnType":
            yield command.name, definition(command).column_def.type_name
