"""Read CREATE SCHEMA."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import refuse
from schema_dsl.model.schema import Schema
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    if tree.schema_elts or tree.HasField("authrole"):
        raise refuse(
            f"schema {tree.schemaname} has AUTHORIZATION or statements",
            "Write CREATE SCHEMA with a name only.",
        )
    declarations.declare(Identity("schema", "", tree.schemaname), Schema, name=tree.schemaname)


READERS: Final = {"create_schema_stmt": _read}
