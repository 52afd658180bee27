"""The commands of ALTER TABLE statements on existing tables."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import TextSpan, find_command_spans
from schema_dsl.lint.history.alter_table import command_definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

_TABLES = frozenset({"OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_TABLE_KINDS = frozenset({"table", "partitioned", "materialized view"})


@attrs.frozen(eq=False, slots=False)
class AlterCommand:
    """One command of an ALTER TABLE; `kind` is its name in the grammar, such as AT_AddColumn."""

    step: HistoryStep
    kind: str
    command: Node
    number: int

    @functools.cached_property
    def span(self) -> TextSpan:
        """The span of the command in the file."""
        return find_command_spans(self.step.statement, len(self.step.tree.cmds))[self.number]

    @property
    def is_only_command(self) -> bool:
        """Whether the statement has no other command."""
        return len(self.step.tree.cmds) == 1

    @property
    def definition(self) -> Node:
        """The Node that the command adds or sets: a ColumnDef, a Constraint or an expression."""
        return command_definition(self.command)

    @property
    def relation(self) -> HistoryRelation | None:
        """The table; None if the history does not know it."""
        node = self.step.tree.relation
        return self.step.schema.find_relation(node.schemaname, node.relname)

    @property
    def name(self) -> str:
        """The name of the table, for messages."""
        return format_relation(self.step.tree.relation)


def format_relation(node: Node) -> str:
    """Return the name in a RangeVar for messages, without the schema public."""
    return node.relname if node.schemaname in {"", "public"} else f"{node.schemaname}.{node.relname}"


def is_existing_table(step: HistoryStep, schema: str, name: str) -> bool:
    """Return whether a table may exist before the file: the file does not create it, and it is not temporary."""
    relation = step.schema.find_relation(schema, name)
    if relation is None:
        return not step.schema.is_absent_relation(schema, name)
    if relation.temporary or step.is_new_in_file(relation.created_at) or relation.kind not in _TABLE_KINDS:
        return False
    # The file creates a table that is declared as existing: the table is new to the file.
    return relation.created_at is not None or relation.name not in _tables_created_if_not_exists(step.source)


@cached
def _tables_created_if_not_exists(source: Source) -> frozenset[str]:
    """Return the names of the tables that a file creates with IF NOT EXISTS."""
    creations = (statement for statement in source.applied if statement.kind == "create_stmt")
    return frozenset(step.tree.relation.relname for step in creations if step.tree.if_not_exists)


def find_alter_commands(step: HistoryStep, *kinds: str) -> Iterator[AlterCommand]:
    """Yield the commands of these kinds in an ALTER TABLE on an existing table."""
    return (alteration for alteration in _list_commands(step) if alteration.kind in kinds)


# About twelve rules read the commands of one step in a row; no rule reads them later.
@functools.lru_cache(maxsize=1)
def _list_commands(step: HistoryStep) -> tuple[AlterCommand, ...]:
    tree = step.tree
    of_table = enumeration("ObjectType")[tree.objtype] in _TABLES
    if not of_table or not is_existing_table(step, tree.relation.schemaname, tree.relation.relname):
        return ()
    subtypes = enumeration("AlterTableType")
    commands = [command.alter_table_cmd for command in tree.cmds]
    listed = [AlterCommand(step, subtypes[command.subtype], command, n) for n, command in enumerate(commands)]
    return tuple(alteration for alteration in listed if not _is_no_op(alteration))


def _is_no_op(alteration: AlterCommand) -> bool:
    """Return whether a command is ADD COLUMN IF NOT EXISTS for a column that exists."""
    if alteration.kind != "AT_AddColumn" or not alteration.command.missing_ok or alteration.relation is None:
        return False
    column = alteration.relation.columns.get(alteration.definition.column_def.colname)
    return column is not None and not column.uncertain


def find_added_constraints(step: HistoryStep, kind: str) -> Iterator[tuple[AlterCommand, Node, str]]:
    """Yield the commands that add a constraint of one kind.

    Args:
        step: The ALTER TABLE.
        kind: The name of the kind in the grammar, such as CONSTR_CHECK.

    Returns:
        The command, the constraint, and the name of the column for a column constraint, "" for a table constraint.
    """
    kinds = enumeration("ConstrType")
    for alteration in find_alter_commands(step, "AT_AddConstraint", "AT_AddColumn"):
        if alteration.kind == "AT_AddConstraint":
            constraints = [alteration.definition.constraint]
            column = ""
        else:
            node = alteration.definition.column_def
            constraints = [wrapped.constraint for wrapped in node.constraints]
            column = node.colname
        for constraint in constraints:
            if kinds[constraint.contype] == kind:
                yield alteration, constraint, column
