"""What ALTER TABLE asks of a table, held against what is known of it."""

from __future__ import annotations

import attrs

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.create_table import add_constraint, column
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.history.trees import enumeration, type_named
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import Analyzer
from schema_dsl.lint.semantics.create_objects import part
from schema_dsl.lint.semantics.expressions import value_of
from schema_dsl.lint.semantics.scope import Scope, item_of
from schema_dsl.lint.semantics.types import UNKNOWN, assignment
from schema_dsl.parsing import Node


def alter_table(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check each command of an ALTER TABLE."""
    if enumeration("ObjectType")[tree.objtype] == "OBJECT_INDEX":
        return
    known = _altered_relation(a, tree)
    left = _without_dropped(known, tree)
    relation = _with_added(a, step, left, tree)
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if kind == "AT_AddColumn":
            _added(a, step, left, relation, command)
        elif kind == "AT_AddConstraint":
            node = definition(command).constraint
            _new_constraint_name(a, step, left, node)
            _second_key(a, step, left, node)
            create_table.add_constraint(a, relation, node)
        elif kind in _OF_COLUMN and step.guard is not Guard.OTHER:
            _of_column(a, known if kind == "AT_DropColumn" else relation, kind, command)
            if kind == "AT_AlterColumnType":
                _retyped(a, known, command, tree)
        elif kind == "AT_AttachPartition":
            a.relation(definition(command).partition_cmd.name)
        elif kind in _NAMING and step.guard is Guard.NONE:
            _named(a, known if kind == "AT_DropConstraint" else relation, kind, command, tree)


def _named(a: Analyzer, held: HistoryRelation, kind: str, command: Node, tree: Node) -> None:
    """Hold that the constraint or trigger is there that a command names."""
    if kind in _OF_TRIGGER:
        # A partition has its parent's as well, and every table Postgres' own for foreign keys.
        if held.partition_of is None and not command.name.startswith("RI_ConstraintTrigger"):
            part(a, held, "trigger", command.name)
    elif not command.missing_ok and not any(_adds(each, command.name) for each in tree.cmds):
        a.constraint(held, command.name, tree.relation.location)


def _altered_relation(a: Analyzer, tree: Node) -> HistoryRelation:
    where, name = tree.relation.schemaname, tree.relation.relname
    known = a.schema.relation(where, name) if tree.missing_ok else a.relation(tree.relation)
    return known or HistoryRelation(where, name)


def _adds(wrapped: Node, name: str) -> bool:
    return bool(definition(wrapped.alter_table_cmd).constraint.conname == name)


def _of_column(a: Analyzer, relation: HistoryRelation, kind: str, command: Node) -> None:
    if command.missing_ok and command.name not in relation.columns:
        return
    if create_table.known_column(a, relation, command.name, -1):
        _altered(a, relation, kind, command)


def _without_dropped(known: HistoryRelation, tree: Node) -> HistoryRelation:
    """Give the relation without what the same statement drops, which Postgres does first."""
    dropped = {
        (enumeration("AlterTableType")[each.alter_table_cmd.subtype], each.alter_table_cmd.name)
        for each in tree.cmds
        if each.alter_table_cmd.name
    }
    columns = {name for kind, name in dropped if kind == "AT_DropColumn"} & known.columns.keys()
    gone = {name for kind, name in dropped if kind == "AT_DropConstraint"} & known.constraints.keys()
    if not columns and not gone:
        return known
    return attrs.evolve(
        known,
        columns={name: each for name, each in known.columns.items() if name not in columns},
        constraints={name: each for name, each in known.constraints.items() if name not in gone},
    )


def _with_added(a: Analyzer, step: HistoryStep, known: HistoryRelation, tree: Node) -> HistoryRelation:
    """Give the relation with the columns and keys that the same statement adds or changes."""
    changed: dict[str, HistoryColumn] | None = None
    keyed: HistoryRelation | None = None
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if kind == "AT_AddColumn":
            node = definition(command).column_def
            changed = dict(known.columns) if changed is None else changed
            if not (command.missing_ok and node.colname in changed):
                changed[node.colname] = column(a.schema, node, step.moment)
        elif kind == "AT_AlterColumnType" and command.name in known.columns:
            changed = dict(known.columns) if changed is None else changed
            made = column(a.schema, definition(command).column_def, step.moment)
            changed[command.name] = attrs.evolve(changed[command.name], type=made.type)
        for constraint in _keys(kind, command):
            if keyed is None:
                # Without the columns, which a primary key makes NOT NULL: they are those of the history.
                keyed = attrs.evolve(
                    known, columns={}, constraints=dict(known.constraints), indexes=dict(known.indexes)
                )
            on = definition(command).column_def.colname if kind == "AT_AddColumn" else ""
            add_constraint(a.schema, keyed, constraint, step.moment, on)
    return attrs.evolve(keyed or known, columns=known.columns if changed is None else changed)


def _keys(kind: str, command: Node) -> list[Node]:
    """Give the primary keys and unique constraints that a command adds, which a foreign key may be about."""
    if kind == "AT_AddConstraint":
        added = [definition(command).constraint]
    elif kind == "AT_AddColumn":
        added = [each.constraint for each in definition(command).column_def.constraints]
    else:
        return []
    return [each for each in added if enumeration("ConstrType")[each.contype] in _KEYS]


def _added(
    a: Analyzer, step: HistoryStep, known: HistoryRelation, relation: HistoryRelation, command: Node
) -> None:
    node = definition(command).column_def
    there = known.columns.get(node.colname)
    if (
        there is not None
        and not (command.missing_ok or there.doubtful or known.doubtful or known.declared)
        and there.made is not None
        and step.guard is Guard.NONE
    ):
        message = f'column "{node.colname}" of relation "{known}" already exists'
        a.complain("duplicate-name", message, "Say ADD COLUMN IF NOT EXISTS.", node.location, node.colname)
    create_table.add_column(a, relation, node)


def _new_constraint_name(a: Analyzer, step: HistoryStep, known: HistoryRelation, node: Node) -> None:
    there = known.constraints.get(node.conname)
    if (
        there is not None
        and there.made is not None
        and step.guard is Guard.NONE
        and "constraints" not in known.doubts
        and not (known.declared or known.doubtful)
    ):
        message = f'constraint "{node.conname}" for relation "{known}" already exists'
        a.complain("duplicate-name", message, "Drop the old one first.", node.location, node.conname)


def _second_key(a: Analyzer, step: HistoryStep, known: HistoryRelation, node: Node) -> None:
    there = next((each for each in known.constraints.values() if each.kind == "primary"), None)
    if (
        enumeration("ConstrType")[node.contype] == "CONSTR_PRIMARY"
        and there is not None
        and there.made is not None
        and step.guard is Guard.NONE
        and "constraints" not in known.doubts
        and not (known.declared or known.doubtful)
    ):
        message = f'multiple primary keys for table "{known}" are not allowed'
        a.complain("duplicate-name", message, f"Drop {there.name} first.", node.location)


def _altered(a: Analyzer, relation: HistoryRelation, kind: str, command: Node) -> None:
    node = definition(command)
    made = relation.columns.get(command.name)
    if kind == "AT_ColumnDefault" and node.WhichOneof("node"):
        create_table.default(a, node, made, relation)
    elif kind == "AT_AlterColumnType":
        a.type_of(node.column_def.type_name)


def _retyped(a: Analyzer, known: HistoryRelation, command: Node, tree: Node) -> None:
    """Hold that a column's values, and its default, can become those of its new type."""
    node = definition(command).column_def
    # USING sees the row as it was before any of the commands.
    using = value_of(a, node.raw_default, Scope([item_of(known)]))
    old, new = known.columns.get(command.name), type_named(a.schema, node.type_name)
    if (
        old is None
        or old.doubtful
        or old.generated
        or known.kind not in _WITH_ROWS
        or "columns" in known.doubts
    ):
        return
    if using.type == UNKNOWN:
        a.settle(using, new, -1)
    given = using.type if node.HasField("raw_default") else old.type
    if assignment(a.schema, given, new) is False:
        what = "result of USING clause for column" if node.HasField("raw_default") else "column"
        message = f'{what} "{command.name}" cannot be cast automatically to type {shown(new)}'
        a.complain("type-mismatch", message, "Say how it is cast, behind USING.", -1, command.name)
    elif old.default is not None and not any(_drops_default(each, command.name) for each in tree.cmds):
        value = value_of(Analyzer(a.schema), old.default, Scope())
        kind = old.type if value.type == UNKNOWN and value.literal is not None else value.type
        if assignment(a.schema, kind, new) is False:
            message = f'default for column "{command.name}" cannot be cast automatically to type {shown(new)}'
            remedy = "Drop the default in the same statement, and set it anew."
            a.complain("type-mismatch", message, remedy, -1, command.name)


def _drops_default(wrapped: Node, name: str) -> bool:
    command = wrapped.alter_table_cmd
    kind = enumeration("AlterTableType")[command.subtype]
    return kind == "AT_ColumnDefault" and command.name == name and not command.HasField("def")


_WITH_ROWS = frozenset({"table", "partitioned"})
_KEYS = frozenset({"CONSTR_PRIMARY", "CONSTR_UNIQUE"})
_OF_TRIGGER = frozenset({"AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig"})
_NAMING = _OF_TRIGGER | {"AT_DropConstraint", "AT_ValidateConstraint"}
_OF_COLUMN = frozenset(
    {
        "AT_ColumnDefault",
        "AT_DropNotNull",
        "AT_SetNotNull",
        "AT_DropColumn",
        "AT_AlterColumnType",
        "AT_SetStatistics",
        "AT_SetStorage",
        "AT_AddIdentity",
        "AT_SetIdentity",
        "AT_DropIdentity",
        "AT_DropExpression",
        "AT_SetExpression",
    }
)
