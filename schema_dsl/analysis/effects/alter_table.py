"""The effects of ALTER TABLE, and of ALTER VIEW, INDEX, SEQUENCE and TYPE with the same commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from schema_dsl.analysis.effects.effect import Effect, TableCommand, Verb
from schema_dsl.analysis.effects.names import LOCKED_KINDS, is_cascade, of_range_var, part_of, relation_kind
from schema_dsl.analysis.effects.registry import derives
from schema_dsl.analysis.effects.tables import derive_column, derive_constraint
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration, node_definition
from schema_dsl.parsing import Node


class _CommandEffect(NamedTuple):
    """The effect of a command on a part of the relation of this kind; `kind` is "" for the relation itself."""

    verb: Verb = "alter"
    kind: str = ""
    lock: LockMode = LockMode.ACCESS_EXCLUSIVE
    scans: bool = False
    rewrites: bool = False
    clause: str = ""


# The attribute of a table that a command switches, and its new value.
ROW_SECURITY: Final = {
    "AT_EnableRowSecurity": ("row_security", True),
    "AT_DisableRowSecurity": ("row_security", False),
    "AT_ForceRowSecurity": ("force_row_security", True),
    "AT_NoForceRowSecurity": ("force_row_security", False),
}
_SHARED: Final = LockMode.SHARE_UPDATE_EXCLUSIVE
_TRIGGERS: Final = _CommandEffect(kind="trigger", lock=LockMode.SHARE_ROW_EXCLUSIVE)
_OPTIONS: Final = frozenset({"AT_SetRelOptions", "AT_ResetRelOptions"})
# The parts that belong to a column, and are named by it.
_OF_COLUMNS: Final = frozenset({"default", "not_null", "identity", "expression"})
# All other commands alter the relation as a whole under ACCESS EXCLUSIVE.
_FORMS: Final = {
    "AT_DropColumn": _CommandEffect("drop", "column", clause="IF EXISTS"),
    "AT_SetStorage": _CommandEffect("alter", "column"),
    "AT_SetCompression": _CommandEffect("alter", "column"),
    **dict.fromkeys(
        ("AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions"), _CommandEffect("alter", "column", _SHARED)
    ),
    "AT_SetNotNull": _CommandEffect("create", "not_null", scans=True),
    "AT_DropNotNull": _CommandEffect("drop", "not_null"),
    "AT_AddIdentity": _CommandEffect("create", "identity"),
    "AT_SetIdentity": _CommandEffect("alter", "identity"),
    "AT_DropIdentity": _CommandEffect("drop", "identity", clause="IF EXISTS"),
    "AT_SetExpression": _CommandEffect("alter", "expression", rewrites=True),
    "AT_DropExpression": _CommandEffect("drop", "expression", clause="IF EXISTS"),
    "AT_ValidateConstraint": _CommandEffect("validate", "constraint", _SHARED, scans=True),
    "AT_DropConstraint": _CommandEffect("drop", "constraint", clause="IF EXISTS"),
    **dict.fromkeys(("AT_ClusterOn", "AT_DropCluster", *_OPTIONS), _CommandEffect(lock=_SHARED)),
    **dict.fromkeys(("AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod"), _CommandEffect(rewrites=True)),
    "AT_SetTableSpace": _CommandEffect(rewrites=True),
    **dict.fromkeys(("AT_EnableTrig", "AT_EnableTrigAll", "AT_EnableTrigUser"), _TRIGGERS),
    **dict.fromkeys(("AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser"), _TRIGGERS),
    **dict.fromkeys(("AT_EnableAlwaysTrig", "AT_EnableReplicaTrig"), _TRIGGERS),
}


@derives("alter_table_stmt")
def _alter_table(tree: Node) -> Iterator[Effect]:
    table = of_range_var(relation_kind(tree.objtype), tree.relation)
    subtypes = enumeration("AlterTableType")
    for number, item in enumerate(tree.cmds):
        node = item.alter_table_cmd
        command = TableCommand(subtypes[node.subtype], node, number)
        yield from _COMMANDS.get(command.kind, _derive_form)(command, table, tree.relation)


def _derive_form(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    """Yield the effect of a command with a form of its own."""
    verb, kind, lock, scans, rewrites, clause = _FORMS.get(command.kind, _CommandEffect())
    node, used = command.node, lock if table.kind in LOCKED_KINDS else None
    if table.kind == "view" and command.kind in _OPTIONS:
        used = LockMode.ACCESS_EXCLUSIVE
    guard = (clause, bool(clause) and node.missing_ok, is_cascade(node))
    part = _find_part(table, kind, node.name)
    yield Effect(verb, part, node, relation, command, used, *guard, scans=scans, rewrites=rewrites)


def _find_part(table: Identity, kind: str, name: str) -> Identity:
    """Return the identity of the part of a relation that a command names, or the relation."""
    if kind in _OF_COLUMNS:
        return part_of(part_of(table, "column", name), kind)
    if kind == "column" and table.kind == "composite_type":
        kind = "attribute"
    return part_of(table, kind, name) if kind else table


def _add_column(command: TableCommand, table: Identity, relation: Node) -> list[Effect]:
    return derive_column(node_definition(command.node).column_def, table, relation, command)


def _add_constraint(command: TableCommand, table: Identity, relation: Node) -> list[Effect]:
    return derive_constraint(node_definition(command.node).constraint, table, relation, command)


def _change_type(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    """Yield the effect of a new type; the node is the ColumnDef with the type, as for a new column."""
    column = node_definition(command.node).column_def
    part = _find_part(table, "column", command.node.name)
    yield Effect("alter", part, column, relation, command, LockMode.ACCESS_EXCLUSIVE, rewrites=True)


def _change_constraint(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    part = _find_part(table, "constraint", node_definition(command.node).atalter_constraint.conname)
    yield Effect("alter", part, command.node, relation, command, LockMode.ACCESS_EXCLUSIVE)


def _change_default(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    verb: Verb = "create" if command.node.HasField("def") else "drop"
    part = _find_part(table, "default", command.node.name)
    yield Effect(verb, part, command.node, relation, command, LockMode.ACCESS_EXCLUSIVE)


def _change_partition(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    """Yield the effects of ATTACH and DETACH PARTITION on the parent and on the partition."""
    partition = node_definition(command.node).partition_cmd
    verb: Verb = "attach" if command.kind == "AT_AttachPartition" else "detach"
    own = _SHARED if partition.concurrent else LockMode.ACCESS_EXCLUSIVE
    yield Effect(
        "alter",
        table,
        command.node,
        relation,
        command,
        own if command.kind == "AT_DetachPartition" else _SHARED,
    )
    part = of_range_var(table.kind, partition.name)
    yield Effect(verb, part, partition, partition.name, command, own, scans=verb == "attach")


def _change_parent(command: TableCommand, table: Identity, relation: Node) -> Iterator[Effect]:
    verb: Verb = "attach" if command.kind == "AT_AddInherit" else "detach"
    yield Effect(verb, table, command.node, relation, command, LockMode.ACCESS_EXCLUSIVE)
    parent = node_definition(command.node).range_var
    lock = _SHARED if verb == "attach" else LockMode.ACCESS_SHARE
    yield Effect("alter", of_range_var("table", parent), command.node, parent, command, lock)


PARTITION_COMMANDS: Final = ("AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize")
_COMMANDS: Final = {
    "AT_AddColumn": _add_column,
    "AT_AddConstraint": _add_constraint,
    "AT_AlterColumnType": _change_type,
    "AT_AlterConstraint": _change_constraint,
    "AT_ColumnDefault": _change_default,
    **dict.fromkeys(PARTITION_COMMANDS, _change_partition),
    **dict.fromkeys(("AT_AddInherit", "AT_DropInherit"), _change_parent),
}
