"""Which locks a statement takes on tables, as measured on servers."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import TEMPORARY
from schema_dsl.lint.history.trees import enumeration, option_text, options, qualified
from schema_dsl.parsing import Node


class Mode(enum.IntEnum):
    """A lock that others feel, weakest first. From SHARE on writes wait, with the last reads too."""

    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        return self.name.replace("_", " ")

    @property
    def stops(self) -> str:
        """What waits for it."""
        return "reads and writes" if self is Mode.ACCESS_EXCLUSIVE else "writes"


class Lock(NamedTuple):
    """A lock on a table."""

    schema: str
    name: str
    mode: Mode

    @property
    def shown(self) -> str:
        """The table's name, for people."""
        return self.name if self.schema in {"", "public"} else f"{self.schema}.{self.name}"


# Commands of ALTER TABLE that take less than ACCESS EXCLUSIVE.
_LESSER = {
    "AT_SetStatistics": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_SetOptions": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ResetOptions": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_SetRelOptions": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ResetRelOptions": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ClusterOn": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_DropCluster": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ValidateConstraint": Mode.SHARE_UPDATE_EXCLUSIVE,
    "AT_AttachPartition": Mode.SHARE_UPDATE_EXCLUSIVE,
    **dict.fromkeys(
        (f"AT_{does}{which}" for does in ("EnableTrig", "DisableTrig") for which in ("", "All", "User")),
        Mode.SHARE_ROW_EXCLUSIVE,
    ),
    "AT_EnableAlwaysTrig": Mode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableReplicaTrig": Mode.SHARE_ROW_EXCLUSIVE,
}
_RELATIONS = frozenset({"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_PARTS = frozenset({"OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_RULE"})
_COLUMNS = frozenset({"OBJECT_COLUMN", "OBJECT_TABCONSTRAINT"})


# Several rules ask about one step, one after the other, and then never again.
@functools.lru_cache(maxsize=1)
def locks(step: HistoryStep) -> tuple[Lock, ...]:
    """Give the locks that a statement takes on tables that are there already.

    Those of CREATE TABLE on the tables that it refers to are left out: they are held for no longer than it takes
    to write a few rows of the catalog.
    """
    of = _LOCKS.get(step.kind)
    return tuple(of(step)) if of is not None else ()


def _lock(node: Node, mode: Mode) -> Lock:
    return Lock(node.schemaname, node.relname, mode)


def _on(field: str, mode: Mode) -> Callable[[HistoryStep], Iterator[Lock]]:
    def found(step: HistoryStep) -> Iterator[Lock]:
        yield _lock(getattr(step.tree, field), mode)

    return found


def _alter_table(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    if enumeration("ObjectType")[tree.objtype] not in _RELATIONS:
        return
    modes = []
    for each in tree.cmds:
        command = each.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        modes.append(_LESSER.get(kind, Mode.ACCESS_EXCLUSIVE))
        if kind == "AT_AddConstraint":
            constraint = definition(command).constraint
            if enumeration("ConstrType")[constraint.contype] == "CONSTR_FOREIGN":
                modes[-1] = Mode.SHARE_ROW_EXCLUSIVE
                yield _lock(constraint.pktable, Mode.SHARE_ROW_EXCLUSIVE)
        elif kind == "AT_DetachPartition" and definition(command).partition_cmd.concurrent:
            modes[-1] = Mode.SHARE_UPDATE_EXCLUSIVE
    yield _lock(tree.relation, max(modes))


def _index(step: HistoryStep) -> Iterator[Lock]:
    mode = Mode.SHARE_UPDATE_EXCLUSIVE if step.tree.concurrent else Mode.SHARE
    yield _lock(step.tree.relation, mode)


def _drop(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.remove_type]
    for node in tree.objects:
        if kind in _RELATIONS:
            schema, name = qualified(node.list.items)
            # What IF EXISTS is said of may well not be there.
            if not tree.missing_ok or step.schema.relation(schema, name) is not None:
                yield Lock(schema, name, Mode.ACCESS_EXCLUSIVE)
        elif kind in _PARTS:
            yield Lock(*qualified(node.list.items[:-1]), Mode.ACCESS_EXCLUSIVE)
        elif kind == "OBJECT_INDEX":
            mode = Mode.SHARE_UPDATE_EXCLUSIVE if tree.concurrent else Mode.ACCESS_EXCLUSIVE
            index = qualified(node.list.items)
            schema, name = table_of_index(step, index)
            if not tree.missing_ok or (schema, name) != index:
                yield Lock(schema, name, mode)


def table_of_index(step: HistoryStep, named: tuple[str, str]) -> tuple[str, str]:
    """Give the table of an index; the index itself where that is not known."""
    schema, name = named
    for each in (schema,) if schema else (TEMPORARY, *step.schema.search_path):
        index = step.schema.indexes.get((each, name))
        if index is not None:
            return index.relation
    return named


def _rename(step: HistoryStep) -> Iterator[Lock]:
    kind = enumeration("ObjectType")[step.tree.rename_type]
    if kind in _RELATIONS | _PARTS | _COLUMNS:
        yield _lock(step.tree.relation, Mode.ACCESS_EXCLUSIVE)


def _set_schema(step: HistoryStep) -> Iterator[Lock]:
    if enumeration("ObjectType")[step.tree.object_type] in _RELATIONS:
        yield _lock(step.tree.relation, Mode.ACCESS_EXCLUSIVE)


def _create_table(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.HasField("partbound"):
        for each in step.tree.inh_relations:
            yield _lock(each.range_var, Mode.ACCESS_EXCLUSIVE)


def _truncate(step: HistoryStep) -> Iterator[Lock]:
    for each in step.tree.relations:
        yield _lock(each.range_var, Mode.ACCESS_EXCLUSIVE)


def _cluster(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.HasField("relation"):
        yield _lock(step.tree.relation, Mode.ACCESS_EXCLUSIVE)


def is_set(nodes: Node, option: str) -> bool:
    """Say whether a list of options has one that is on."""
    off = {"false", "off", "0"}
    return any(name == option and option_text(value) not in off for name, value in options(nodes))


def _vacuum(step: HistoryStep) -> Iterator[Lock]:
    mode = Mode.ACCESS_EXCLUSIVE if is_set(step.tree.options, "full") else Mode.SHARE_UPDATE_EXCLUSIVE
    for each in step.tree.rels:
        yield _lock(each.vacuum_relation.relation, mode)


def _reindex(step: HistoryStep) -> Iterator[Lock]:
    tree = step.tree
    kind = enumeration("ReindexObjectType")[tree.kind]
    if kind not in {"REINDEX_OBJECT_TABLE", "REINDEX_OBJECT_INDEX"}:
        return
    mode = Mode.SHARE_UPDATE_EXCLUSIVE if is_set(tree.params, "concurrently") else Mode.SHARE
    schema, name = tree.relation.schemaname, tree.relation.relname
    if kind == "REINDEX_OBJECT_INDEX":
        schema, name = table_of_index(step, (schema, name))
    yield Lock(schema, name, mode)


def _refresh(step: HistoryStep) -> Iterator[Lock]:
    mode = Mode.EXCLUSIVE if step.tree.concurrent else Mode.ACCESS_EXCLUSIVE
    yield _lock(step.tree.relation, mode)


def _lock_table(step: HistoryStep) -> Iterator[Lock]:
    if step.tree.mode >= Mode.SHARE_UPDATE_EXCLUSIVE:
        for each in step.tree.relations:
            yield _lock(each.range_var, Mode(step.tree.mode))


_LOCKS: dict[str, Callable[[HistoryStep], Iterator[Lock]]] = {
    "alter_table_stmt": _alter_table,
    "index_stmt": _index,
    "drop_stmt": _drop,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _set_schema,
    "create_trig_stmt": _on("relation", Mode.SHARE_ROW_EXCLUSIVE),
    "create_policy_stmt": _on("table", Mode.ACCESS_EXCLUSIVE),
    "alter_policy_stmt": _on("table", Mode.ACCESS_EXCLUSIVE),
    "rule_stmt": _on("relation", Mode.ACCESS_EXCLUSIVE),
    "create_stmt": _create_table,
    "truncate_stmt": _truncate,
    "cluster_stmt": _cluster,
    "vacuum_stmt": _vacuum,
    "reindex_stmt": _reindex,
    "refresh_mat_view_stmt": _refresh,
    "lock_stmt": _lock_table,
}
LOCKING = frozenset(_LOCKS)
