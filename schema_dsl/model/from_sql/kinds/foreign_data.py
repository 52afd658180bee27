"""Read CREATE FOREIGN DATA WRAPPER, SERVER, USER MAPPING and FOREIGN TABLE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, option_text, options, read_role_spec
from schema_dsl.model.foreign_data_wrapper import ForeignDataWrapper
from schema_dsl.model.foreign_server import ForeignServer
from schema_dsl.model.foreign_table import ForeignColumn, ForeignTable
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import (
    read_collation,
    read_expression,
    read_relation_name,
    read_type,
    refuse,
)
from schema_dsl.model.user_mapping import UserMapping
from schema_dsl.parsing import Node, Statement
from schema_dsl.sql import Sql, identifier


def _read_options(nodes: Sequence[Node]) -> dict[str, str]:
    return {name: option_text(value) for name, value in options(nodes)}


def _read_wrapper(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    functions = {
        name: Sql(".".join(map(identifier, names(node.list.items))))
        for name, node in options(tree.func_options)
        if node.list.items
    }
    declarations.declare(
        Identity("foreign_data_wrapper", "", tree.fdwname),
        ForeignDataWrapper,
        name=tree.fdwname,
        options=_read_options(tree.options),
        **functions,
    )


def _read_server(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    declarations.declare(
        Identity("foreign_server", "", tree.servername),
        ForeignServer,
        name=tree.servername,
        wrapper=tree.fdwname,
        type=tree.servertype or None,
        version=tree.version or None,
        options=_read_options(tree.options),
    )


def _read_mapping(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    role = read_role_spec(tree.user)
    if not role:
        raise refuse("CREATE USER MAPPING names CURRENT_USER", "Name the role.")
    values: dict[str, Any] = {"role": role, "server": tree.servername, "options": _read_options(tree.options)}
    identity = UserMapping(role, tree.servername, origin=None).identity
    declarations.declare(identity, UserMapping, **values)


def _read_table(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_relation_name(tree.base_stmt.relation)
    nodes = [node.WhichOneof("node") for node in tree.base_stmt.table_elts]
    if tree.base_stmt.inh_relations or set(nodes) - {"column_def"}:
        raise refuse(f"foreign table {name} has more than columns", "Remove what is no column.")
    declarations.declare(
        Identity("relation", schema, name),
        ForeignTable,
        name=name,
        server=tree.servername,
        columns=[_read_column(node.column_def) for node in tree.base_stmt.table_elts],
        options=_read_options(tree.options),
        schema=schema,
    )


def _read_column(node: Node) -> ForeignColumn:
    values: dict[str, Any] = {}
    for item in node.constraints:
        kind = constraint_kind(item.constraint.contype)
        if kind == "not_null":
            values["not_null"] = True
        elif kind == "default":
            values["default"] = read_expression(item.constraint, "raw_expr")
        else:
            raise refuse(f"column {node.colname} has another constraint than NOT NULL", "Remove it.")
    if node.HasField("coll_clause"):
        values["collation"] = read_collation(node.coll_clause)
    return ForeignColumn(
        node.colname, read_type(node.type_name), options=_read_options(node.fdwoptions), **values
    )


READERS: Final = {
    "create_fdw_stmt": _read_wrapper,
    "create_foreign_server_stmt": _read_server,
    "create_user_mapping_stmt": _read_mapping,
    "create_foreign_table_stmt": _read_table,
}
