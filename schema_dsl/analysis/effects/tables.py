"""The effects of CREATE TABLE, and of the columns and constraints in CREATE TABLE and ALTER TABLE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.effects.effect import Effect, TableCommand
from schema_dsl.analysis.effects.names import (
    INDEX_CONSTRAINT_KINDS,
    constraint_kind,
    object_kind,
    of_range_var,
    part_of,
)
from schema_dsl.analysis.effects.registry import derive_inner_effects, derives
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import is_serial
from schema_dsl.parsing import Node

_VALUES: Final = frozenset({"default", "identity", "expression"})
_OF_COLUMNS: Final = _VALUES | {"not_null"}


@derives("create_stmt")
def _table(tree: Node) -> Iterator[Effect]:
    return _derive_table(tree, "table")


@derives("create_foreign_table_stmt")
def _foreign_table(tree: Node) -> Iterator[Effect]:
    return _derive_table(tree.base_stmt, "foreign_table")


def _derive_table(tree: Node, kind: str) -> Iterator[Effect]:
    node, table = tree.relation, of_range_var(kind, tree.relation)
    yield Effect("create", table, tree, node, clause="IF NOT EXISTS", guarded=tree.if_not_exists)
    is_partition = tree.HasField("partbound")
    lock = LockMode.ACCESS_EXCLUSIVE if is_partition else LockMode.SHARE_UPDATE_EXCLUSIVE
    for item in tree.inh_relations[:]:
        yield Effect("attach", of_range_var("table", item.range_var), tree, item.range_var, lock=lock)
    for element in tree.table_elts[:]:
        form = element.WhichOneof("node")
        if form == "column_def":
            yield from derive_column(element.column_def, table, node)
        elif form == "constraint":
            yield from derive_constraint(element.constraint, table, node)
        elif form == "table_like_clause":
            like = element.table_like_clause.relation
            yield Effect("read", of_range_var("table", like), tree, like, lock=LockMode.ACCESS_SHARE)


@derives("create_table_as_stmt")
def _table_as(tree: Node) -> Iterator[Effect]:
    node = tree.into.rel
    identity = of_range_var(object_kind(tree.objtype), node)
    yield Effect("create", identity, tree, node, clause="IF NOT EXISTS", guarded=tree.if_not_exists)
    yield from derive_inner_effects(tree.query)


def derive_column(
    column: Node, table: Identity, relation: Node, command: TableCommand | None = None
) -> list[Effect]:
    """Return the creation of a column (a ColumnDef), and of its constraints."""
    identity = part_of(table, "attribute" if table.kind == "composite_type" else "column", column.colname)
    if command is None or table.kind == "composite_type":
        found = [Effect("create", identity, column, relation, command)]
    else:
        guard, lock = ("IF NOT EXISTS", command.node.missing_ok), LockMode.ACCESS_EXCLUSIVE
        rewrites = is_serial(column.type_name)
        found = [Effect("create", identity, column, relation, command, lock, *guard, rewrites=rewrites)]
    for item in column.constraints[:]:
        constraint = item.constraint
        found += derive_constraint(constraint, table, relation, command, column=column, of_column=identity)
    return found


def derive_constraint(
    node: Node,
    table: Identity,
    relation: Node,
    command: TableCommand | None = None,
    *,
    column: Node = None,
    of_column: Identity | None = None,
) -> list[Effect]:
    """Return the creation of a constraint, default, identity or generation expression, with its index or target.

    Args:
        node: The Constraint.
        table: The table.
        relation: The RangeVar of the table.
        command: The command of an ALTER TABLE, which has existing rows to check.
        column: The ColumnDef of a column constraint.
        of_column: The identity of that column.
    """
    kind = constraint_kind(node.contype)
    if not kind:
        return []
    parent = table
    if kind in _OF_COLUMNS:
        parent = of_column or part_of(table, "column", node.keys[0].string.sval)
    identity = part_of(parent, kind, node.conname)
    shared = LockMode.SHARE_ROW_EXCLUSIVE
    if command is None:
        found = [Effect("create", identity, node, relation)]
    else:
        lock = shared if kind == "foreign_key" and column is None else LockMode.ACCESS_EXCLUSIVE
        rewrites = kind in _VALUES and (kind != "expression" or node.generated_kind == "s")
        scans = _scans(node, kind, column)
        found = [Effect("create", identity, node, relation, command, lock, scans=scans, rewrites=rewrites)]
    if kind == "foreign_key":
        target = of_range_var("table", node.pktable)
        found.append(Effect("reference", target, node, node.pktable, command, shared))
    elif kind in INDEX_CONSTRAINT_KINDS:
        index = part_of(table, "index", node.conname)
        if not node.indexname:
            found.append(Effect("create", index, node, relation, command))
        elif node.conname:
            old = part_of(table, "index", node.indexname)
            found.append(Effect("rename", old, node, relation, command, new_identity=index))
    return found


def _scans(node: Node, kind: str, column: Node) -> bool:
    """Return whether Postgres checks the existing rows of a table for a new constraint."""
    if node.skip_validation or node.indexname:
        return False
    if column is None:
        return True
    if kind == "foreign_key":
        # A new column without a value is NULL in every row, which Postgres knows to satisfy the foreign key.
        return has_values(column)
    return kind not in _OF_COLUMNS


def has_values(column: Node) -> bool:
    """Return whether a new column (a ColumnDef) has a value other than NULL in existing rows."""
    return any(constraint_kind(item.constraint.contype) in _VALUES for item in column.constraints[:])
