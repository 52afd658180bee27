"""Read CREATE TYPE ... AS (attributes)."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.composite_type import CompositeType
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_relation_name, read_type, refuse
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    schema, name = read_relation_name(statement.tree.typevar)
    attributes = {}
    for node in statement.tree.coldeflist:
        attribute = node.column_def
        if attribute.HasField("coll_clause"):
            raise refuse(
                f"attribute {attribute.colname} of type {name} has a collation",
                "Remove COLLATE, or use a domain with the collation.",
            )
        if attribute.colname in attributes:
            raise refuse(f"type {name} has two attributes {attribute.colname}", "Rename one of them.")
        attributes[attribute.colname] = read_type(attribute.type_name)
    declarations.declare(
        Identity("type", schema, name), CompositeType, name=name, schema=schema, attributes=attributes
    )


READERS: Final = {"composite_type_stmt": _read}
