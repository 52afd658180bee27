"""The table locks that statements take, as measured on servers."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration, option_text, options, qualified_name
from schema_dsl.lint.history.alter_table import command_definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import TEMPORARY_SCHEMA
from schema_dsl.parsing import Node


class LockMode(enum.IntEnum):
    """A lock mode, weakest first; SHARE and stronger modes block writes, ACCESS EXCLUSIVE also blocks reads."""

    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """The accesses that the mode blocks, for messages."""
        return "reads and writes" if self is LockMode.ACCESS_EXCLUSIVE else "writes"


class Lock(NamedTuple):
    """A lock on a table."""

    schema: str
    name: str
    mode: LockMode

    @property
    def display_name(self) -> str:
        """The name of the table, for messages."""
        return self.name if self.schema in {"", "public"} else f"{self.schema}.{self.name}"


# Commands of ALTER TABLE that take a weaker lock than ACCESS EXCLUSIVE.
_WEAKER_MODES = {
    "AT_SetStatistics": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_SetOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ResetOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_SetRelOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ResetRelOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ClusterOn": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_DropCluster": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ValidateConstraint": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_AttachPartition": LockMode.SHARE_UPDATE_EXCLUSIVE,
    **dict.fromkeys(
        (f"AT_{does}{which}" for does in ("EnableTrig", "DisableTrig") for which in ("", "All", "User")),
        LockMode.SHARE_ROW_EXCLUSIVE,
    ),
    "AT_EnableAlwaysTrig": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableReplicaTrig": LockMode.SHARE_ROW_EXCLUSIVE,
}
_RELATIONS = frozenset({"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_PARTS = frozenset({"OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_RULE"})
_COLUMNS = frozenset({"OBJECT_COLUMN", "OBJECT_TABCONSTRAINT"})


# Several rules read the locks of one step in a row; no rule reads them later.
@functools.lru_cache(maxsize=1)
def list_locks(step: HistoryStep) -> tuple[Lock, ...]:
    """Return the locks that a statement takes on existing tables.

    CREATE TABLE locks the tables that it references only while it writes a few catalog rows; these locks are left
    out.
    """
    handler = _LOCKS.get(step.kind)
    return tuple(handler(step)) if handler is not None else ()


def _build_lock(node: Node, mode: LockMode) -> Lock:
    return Lock(node.schemaname, node.relname, mode)


def _lock_field(field: str, mode: LockMode) -> Callable[[HistoryStep], Iterator[Lock]]:
    def build(step: HistoryStep) -> Iterator[Lock]:
        yield _build_lock(getattr(step.tree, field), mode)

    return build


def _alter_table(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    if enumeration("ObjectType")[tree.objtype] not in _RELATIONS:
        return
    modes = []
    for node in tree.cmds:
        command = node.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        modes.append(_WEAKER_MODES.get(kind, LockMode.ACCESS_EXCLUSIVE))
        if kind == "AT_AddConstraint":
            constraint = command_definition(command).constraint
            if enumeration("ConstrType")[constraint.contype] == "CONSTR_FOREIGN":
                modes[-1] = LockMode.SHARE_ROW_EXCLUSIVE
                yield _build_lock(constraint.pktable, LockMode.SHARE_ROW_EXCLUSIVE)
        elif kind == "AT_DetachPartition" and command_definition(command).partition_cmd.concurrent:
            modes[-1] = LockMode.SHARE_UPDATE_EXCLUSIVE
    yield _build_lock(tree.relation, max(modes))


def _index(step: HistoryStep) -> Iterator[Lock]:
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if step.tree.concurrent else LockMode.SHARE
    yield _build_lock(step.tree.relation, mode)


def _drop(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.remove_type]
    for node in tree.objects:
        if kind in _RELATIONS:
            schema, name = qualified_name(node.list.items)
            # With IF EXISTS, the relation may be absent.
            if not tree.missing_ok or step.schema.find_relation(schema, name) is not None:
                yield Lock(schema, name, LockMode.ACCESS_EXCLUSIVE)
        elif kind in _PARTS:
            yield Lock(*qualified_name(node.list.items[:-1]), LockMode.ACCESS_EXCLUSIVE)
        elif kind == "OBJECT_INDEX":
            mode = LockMode.SHARE_UPDATE_EXCLUSIVE if tree.concurrent else LockMode.ACCESS_EXCLUSIVE
            index = qualified_name(node.list.items)
            schema, name = find_table_of_index(step, index)
            if not tree.missing_ok or (schema, name) != index:
                yield Lock(schema, name, mode)


def find_table_of_index(step: HistoryStep, name_parts: tuple[str, str]) -> tuple[str, str]:
    """Return the table of an index; the name of the index if its table is unknown."""
    schema, name = name_parts
    for schema_name in (schema,) if schema else (TEMPORARY_SCHEMA, *step.schema.search_path):
        index = step.schema.indexes.get((schema_name, name))
        if index is not None:
            return index.relation
    return name_parts


def _rename(step: HistoryStep) -> Iterator[Lock]:
    kind = enumeration("ObjectType")[step.tree.rename_type]
    if kind in _RELATIONS | _PARTS | _COLUMNS:
        yield _build_lock(step.tree.relation, LockMode.ACCESS_EXCLUSIVE)


def _set_schema(step: HistoryStep) -> Iterator[Lock]:
    if enumeration("ObjectType")[step.tree.object_type] in _RELATIONS:
        yield _build_lock(step.tree.relation, LockMode.ACCESS_EXCLUSIVE)


def _create_table(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.HasField("partbound"):
        for relation in step.tree.inh_relations:
            yield _build_lock(relation.range_var, LockMode.ACCESS_EXCLUSIVE)


def _truncate(step: HistoryStep) -> Iterator[Lock]:
    for relation in step.tree.relations:
        yield _build_lock(relation.range_var, LockMode.ACCESS_EXCLUSIVE)


def _cluster(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.HasField("relation"):
        yield _build_lock(step.tree.relation, LockMode.ACCESS_EXCLUSIVE)


def is_option_on(nodes: Node, option: str) -> bool:
    """Return whether a list of options contains an option that is on."""
    off = {"false", "off", "0"}
    return any(name == option and option_text(value) not in off for name, value in options(nodes))


def _vacuum(step: HistoryStep) -> Iterator[Lock]:
    mode = (
        LockMode.ACCESS_EXCLUSIVE
        if is_option_on(step.tree.options, "full")
        else LockMode.SHARE_UPDATE_EXCLUSIVE
    )
    for relation in step.tree.rels:
        yield _build_lock(relation.vacuum_relation.relation, mode)


def _reindex(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    kind = enumeration("ReindexObjectType")[tree.kind]
    if kind not in {"REINDEX_OBJECT_TABLE", "REINDEX_OBJECT_INDEX"}:
        return
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if is_option_on(tree.params, "concurrently") else LockMode.SHARE
    schema, name = tree.relation.schemaname, tree.relation.relname
    if kind == "REINDEX_OBJECT_INDEX":
        schema, name = find_table_of_index(step, (schema, name))
    yield Lock(schema, name, mode)


def _refresh(step: HistoryStep) -> Iterator[Lock]:
    mode = LockMode.EXCLUSIVE if step.tree.concurrent else LockMode.ACCESS_EXCLUSIVE
    yield _build_lock(step.tree.relation, mode)


def _lock_table(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.mode >= LockMode.SHARE_UPDATE_EXCLUSIVE:
        for relation in step.tree.relations:
            yield _build_lock(relation.range_var, LockMode(step.tree.mode))


_LOCKS: dict[str, Callable[[HistoryStep], Iterator[Lock]]] = {
    "alter_table_stmt": _alter_table,
    "index_stmt": _index,
    "drop_stmt": _drop,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _set_schema,
    "create_trig_stmt": _lock_field("relation", LockMode.SHARE_ROW_EXCLUSIVE),
    "create_policy_stmt": _lock_field("table", LockMode.ACCESS_EXCLUSIVE),
    "alter_policy_stmt": _lock_field("table", LockMode.ACCESS_EXCLUSIVE),
    "rule_stmt": _lock_field("relation", LockMode.ACCESS_EXCLUSIVE),
    "create_stmt": _create_table,
    "truncate_stmt": _truncate,
    "cluster_stmt": _cluster,
    "vacuum_stmt": _vacuum,
    "reindex_stmt": _reindex,
    "refresh_mat_view_stmt": _refresh,
    "lock_stmt": _lock_table,
}
LOCKING_KINDS = frozenset(_LOCKS)
