"""The commands of an ALTER TABLE on a table that is in use."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import TextSpan, commands
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

_TABLES = frozenset({"OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_HELD = frozenset({"table", "partitioned", "materialized view"})


@attrs.frozen(eq=False, slots=False)
class AlterCommand:
    """One command of an ALTER TABLE. `kind` is the grammar's word for it, as AT_AddColumn."""

    step: HistoryStep
    kind: str
    command: Node
    number: int

    @functools.cached_property
    def place(self) -> TextSpan:
        """Where it stands."""
        return commands(self.step.statement, len(self.step.tree.cmds))[self.number]

    @property
    def alone(self) -> bool:
        """Whether it is the statement's only command."""
        return len(self.step.tree.cmds) == 1

    @property
    def definition(self) -> Node:
        """What it adds or sets: a ColumnDef, Constraint or expression, wrapped."""
        return definition(self.command)

    @property
    def relation(self) -> HistoryRelation | None:
        """The table, if it is known."""
        node = self.step.tree.relation
        return self.step.schema.relation(node.schemaname, node.relname)

    @property
    def name(self) -> str:
        """The table's name, for people."""
        return shown(self.step.tree.relation)


def shown(node: Node) -> str:
    """Write a RangeVar for people, who need not be told of public."""
    return node.relname if node.schemaname in {"", "public"} else f"{node.schemaname}.{node.relname}"


def in_use(step: HistoryStep, schema: str, name: str) -> bool:
    """Say whether others may be using a table: it is neither made by the same file nor temporary."""
    relation = step.schema.relation(schema, name)
    if relation is None:
        return not step.schema.surely_no_relation(schema, name)
    if relation.temporary or step.new_in_file(relation.made) or relation.kind not in _HELD:
        return False
    # One that is declared to be there already, by a file that makes it nevertheless: it is new to the file.
    return relation.made is not None or relation.name not in _made_if_absent(step.source)


@cached
def _made_if_absent(source: Source) -> frozenset[str]:
    """Give the names of the tables that a file makes with IF NOT EXISTS."""
    found = (statement for statement in source.applied if statement.kind == "create_stmt")
    return frozenset(each.tree.relation.relname for each in found if each.tree.if_not_exists)


def altered(step: HistoryStep, *kinds: str) -> Iterator[AlterCommand]:
    """Yield the commands of these kinds in an ALTER TABLE, if its table is in use."""
    return (each for each in _all(step) if each.kind in kinds)


# A dozen rules ask about one step, one after the other, and then never again.
@functools.lru_cache(maxsize=1)
def _all(step: HistoryStep) -> tuple[AlterCommand, ...]:
    tree = step.tree
    used = enumeration("ObjectType")[tree.objtype] in _TABLES
    if not used or not in_use(step, tree.relation.schemaname, tree.relation.relname):
        return ()
    subtypes = enumeration("AlterTableType")
    commands = [each.alter_table_cmd for each in tree.cmds]
    found = [AlterCommand(step, subtypes[command.subtype], command, n) for n, command in enumerate(commands)]
    return tuple(each for each in found if not _does_nothing(each))


def _does_nothing(each: AlterCommand) -> bool:
    """Whether it is ADD COLUMN IF NOT EXISTS of a column that is there."""
    if each.kind != "AT_AddColumn" or not each.command.missing_ok or each.relation is None:
        return False
    column = each.relation.columns.get(each.definition.column_def.colname)
    return column is not None and not column.doubtful


def added_constraints(step: HistoryStep, kind: str) -> Iterator[tuple[AlterCommand, Node, str]]:
    """Yield what adds a constraint, the constraint, and the column that it is written behind or "".

    `kind` is the grammar's word for it, as CONSTR_CHECK.
    """
    kinds = enumeration("ConstrType")
    for each in altered(step, "AT_AddConstraint", "AT_AddColumn"):
        if each.kind == "AT_AddConstraint":
            found = [each.definition.constraint]
            column = ""
        else:
            node = each.definition.column_def
            found = [wrapped.constraint for wrapped in node.constraints]
            column = node.colname
        for constraint in found:
            if kinds[constraint.contype] == kind:
                yield each, constraint, column
