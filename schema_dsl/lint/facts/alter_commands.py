"""The commands of ALTER TABLE statements on existing tables."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import attrs

from schema_dsl.analysis.effects import Effect, effects_by_command
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import node_definition
from schema_dsl.lint.facts.cache import cached, cached_for_step
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.facts.positions import TextSpan, find_command_spans
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint, HistoryRelation
from schema_dsl.lint.rule import Hit
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

# Postgres neither reads nor rewrites the rows of a foreign table.
_TABLE_KINDS = frozenset({"table", "materialized_view"})
# The commands that add constraints.
CONSTRAINING_COMMANDS = frozenset({"AT_AddConstraint", "AT_AddColumn"})


@attrs.frozen(eq=False, slots=False)
class AlterCommand:
    """One command of an ALTER TABLE with its effects; `kind` is its name in the grammar, such as AT_AddColumn."""

    step: HistoryStep
    kind: str
    command: Node
    number: int
    effects: tuple[Effect, ...]

    @functools.cached_property
    def span(self) -> TextSpan:
        """The span of the command in the file."""
        return find_command_spans(self.step.statement, len(self.step.tree.cmds))[self.number]

    @property
    def is_only_command(self) -> bool:
        """Return whether the statement has no other command."""
        return len(self.step.tree.cmds) == 1

    @property
    def definition(self) -> Node:
        """The Node that the command adds or sets: a ColumnDef, a Constraint or an expression."""
        return node_definition(self.command)

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
    index = step.schema.find_index(schema, name) if relation is None else None
    if index is not None:
        # ALTER TABLE also accepts an index.
        relation = step.schema.relations.get(index.relation)
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


def find_alter_commands(step: HistoryStep, *kinds: str) -> Sequence[AlterCommand]:
    """Return the commands of these kinds, by default of all, in an ALTER TABLE on an existing table."""
    commands = _list_commands(step)
    return [command for command in commands if command.kind in kinds] if commands and kinds else commands


@cached_for_step
def _list_commands(step: HistoryStep) -> tuple[AlterCommand, ...]:
    tree = step.tree
    of_table = object_kind(tree.objtype) in _TABLE_KINDS
    if not of_table or not is_existing_table(step, tree.relation.schemaname, tree.relation.relname):
        return ()
    listed = [
        AlterCommand(step, command.kind, command.node, command.number, tuple(parts))
        for command, parts in effects_by_command(step.statement).items()
    ]
    return tuple(alteration for alteration in listed if not _is_no_op(alteration))


def _is_no_op(alteration: AlterCommand) -> bool:
    """Return whether a command is ADD COLUMN IF NOT EXISTS for a column that exists."""
    added = alteration.effects[0]
    if alteration.kind != "AT_AddColumn" or not added.guarded or alteration.relation is None:
        return False
    column = alteration.relation.columns.get(added.identity.name)
    return column is not None and not column.uncertain


def find_added_constraints(step: HistoryStep, kind: str) -> Iterator[tuple[AlterCommand, Effect]]:
    """Yield the commands that add a constraint of one kind, such as "check", to a table or with a new column."""
    for alteration in find_alter_commands(step, *CONSTRAINING_COMMANDS):
        for effect in alteration.effects:
            if effect.creates and effect.identity.kind == kind:
                yield alteration, effect


def find_index_builds(step: HistoryStep, kind: str, what: str) -> Iterator[Hit]:
    """Yield a hit for each constraint of a kind that builds its index under the lock of ALTER TABLE."""
    for alteration, added in find_added_constraints(step, kind):
        if added.scans:
            message = f"building the index of {what} blocks reads and writes of {alteration.name}"
            yield alteration.span.hit(message)


def find_dropped_constraints(step: HistoryStep) -> Iterator[tuple[AlterCommand, HistoryConstraint | None]]:
    """Yield the DROP CONSTRAINT commands whose constraint the file does not recreate, with the constraint if known."""
    for alteration in find_alter_commands(step, "AT_DropConstraint"):
        name, relation = alteration.command.name, alteration.relation
        constraint = None if relation is None else relation.constraints.get(name)
        absent = constraint is None and relation is not None and relation.fully_known
        if not absent and not is_harmless_removal(step, alteration.effects[0].identity):
            yield alteration, constraint
