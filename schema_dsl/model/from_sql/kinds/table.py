"""Read CREATE TABLE, and what only ALTER TABLE declares: row level security, marks on indexes, states of triggers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from schema_dsl.analysis.effects.alter_table import ROW_SECURITY
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration
from schema_dsl.model.column import Column
from schema_dsl.model.from_sql.constraints import read_constraint
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import (
    read_collation,
    read_expression,
    read_options,
    read_relation_name,
    read_type,
    refuse,
)
from schema_dsl.model.from_sql.partition import read_bound, read_partition_key
from schema_dsl.model.from_sql.parts import STATE_COMMANDS, change_part
from schema_dsl.model.from_sql.sequence_options import read_sequence_options
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.model.table import Table
from schema_dsl.parsing import Node, Statement

_IDENTITIES: Final[dict[str, Any]] = {"a": "always", "d": "by default"}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_relation_name(tree.relation)
    is_partition = tree.HasField("partbound")
    for clause, is_used in (
        ("OF a type", tree.HasField("of_typename")),
        ("TABLESPACE", bool(tree.tablespacename)),
        ("USING", bool(tree.access_method)),
    ):
        if is_used:
            raise refuse(f"table {name} has {clause}", "Declare the table in Python.")
    if is_partition and any(map(_is_of_parent, tree.table_elts)):
        raise refuse(
            f"partition {name} has columns, or constraints other than CHECK",
            "Declare them on the partitioned table, which every partition follows.",
        )
    elements: list[tuple[int, Any]] = []
    of_columns: list[list[Any]] = []
    for node in tree.table_elts:
        kind = node.WhichOneof("node")
        more: list[Any] = []
        if kind == "column_def":
            element, more = _read_column(node.column_def, declarations)
        elif kind == "constraint":
            element = read_constraint(node.constraint, (), declarations.origin)
        else:
            raise refuse(f"table {name} has LIKE", "Write the columns.")
        elements.append((statement.offset(getattr(node, kind).location), element))
        of_columns.append(more)
    columns: list[Column] = []
    constraints: list[Any] = []
    for part, more in zip(declarations.instruct(elements), of_columns, strict=True):
        (columns if isinstance(part, Column) else constraints).append(part)
        constraints += more
    values: dict[str, Any] = {
        "name": name,
        "schema": schema,
        "constraints": constraints,
        "row_security": False,
        "unlogged": tree.relation.relpersistence == "u",
        "parameters": read_options(tree.options),
        "partition_by": read_partition_key(tree.partspec) if tree.HasField("partspec") else None,
    }
    identity = Identity("relation", schema, name)
    if not is_partition:
        values["inherits"] = [
            Identity("table", *read_relation_name(node.range_var)) for node in tree.inh_relations
        ]
        declarations.declare(identity, Table, columns=columns, **values)
        return
    (parent,) = (read_relation_name(node.range_var) for node in tree.inh_relations)
    values["bound"] = read_bound(tree.partbound)
    declarations.declare_partition(identity, Identity("relation", *parent), **values)


def _is_of_parent(node: Node) -> bool:
    """Return whether only the partitioned table can declare a part of CREATE TABLE."""
    return node.WhichOneof("node") != "constraint" or constraint_kind(node.constraint.contype) != "check"


def _read_column(node: Node, declarations: SqlDeclarations) -> tuple[Column, list[Any]]:
    """Return a column and its constraints, which become constraints of the table."""
    values: dict[str, Any] = {}
    constraints: list[Any] = []
    for item in node.constraints:
        constraint = item.constraint
        kind = constraint_kind(constraint.contype)
        if kind in _ATTRIBUTES:
            values |= _read_attribute(kind, constraint)
        elif kind:
            constraints.append(read_constraint(constraint, (node.colname,), declarations.origin))
        elif "_ATTR_" in enumeration("ConstrType")[constraint.contype]:
            raise refuse(
                f"column {node.colname} has a constraint with DEFERRABLE, INITIALLY or ENFORCED",
                "Write it as a constraint of the table.",
            )
    if node.HasField("coll_clause"):
        values["collation"] = read_collation(node.coll_clause)
    if node.storage_name:
        values["storage"] = node.storage_name.lower()
    if node.compression:
        values["compression"] = node.compression
    column = Column(node.colname, read_type(node.type_name), origin=declarations.origin, **values)
    return column, constraints


_ATTRIBUTES: Final = frozenset({"not_null", "default", "expression", "identity"})


def _read_attribute(kind: str, constraint: Node) -> dict[str, Any]:
    """Return the attribute of a column that the grammar treats as a constraint."""
    if kind == "not_null":
        return {"not_null": True, "not_null_name": constraint.conname or None}
    if kind == "default":
        return {"default": read_expression(constraint, "raw_expr")}
    if kind == "expression":
        is_virtual = constraint.generated_kind == "v"
        return {"generated": read_expression(constraint, "raw_expr"), "virtual": is_virtual}
    found: dict[str, Any] = {"identity": _IDENTITIES[constraint.generated_when]}
    if constraint.options:
        found["sequence"] = SequenceOptions(**read_sequence_options(constraint.options))
    return found


def _alter(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    target = Identity("relation", *read_relation_name(tree.relation))
    found: list[tuple[str, Any]] = []
    for node in tree.cmds:
        command = node.alter_table_cmd
        action = enumeration("AlterTableType")[command.subtype]
        if action in ROW_SECURITY:
            found.append(ROW_SECURITY[action])
        elif action in STATE_COMMANDS:
            field, state = STATE_COMMANDS[action]
            change = change_part("ALTER TABLE", field, command.name, enabled=state)
            declarations.add(target, change, "ALTER TABLE")
        elif action == "AT_ClusterOn":
            found.append(("cluster_on", command.name))
        elif action == "AT_ReplicaIdentity":
            found += _read_replica_identity(getattr(command, "def").replica_identity_stmt)
        elif action == "AT_ChangeOwner":
            raise refuse("ALTER ... OWNER TO is no declaration", "Declare the object in Python, with owner=.")
        else:
            raise refuse(
                "ALTER TABLE is no declaration, except for ROW LEVEL SECURITY, REPLICA IDENTITY, CLUSTER ON, and ENABLE"
                " or DISABLE of a trigger or rule",
                "Write what it changes into CREATE TABLE.",
            )
    declarations.add(target, lambda values: values.update(found), "ALTER TABLE")


def _read_replica_identity(tree: Node) -> Iterator[tuple[str, Any]]:
    yield "replica_identity", _REPLICA_IDENTITIES.get(tree.identity_type)
    yield "replica_identity_index", tree.name or None


_REPLICA_IDENTITIES: Final = {"f": "full", "n": "nothing"}

READERS: Final = {"create_stmt": _read, "alter_table_stmt": _alter}
