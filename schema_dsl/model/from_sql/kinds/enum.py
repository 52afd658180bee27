"""Read CREATE TYPE ... AS ENUM."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.model.enum import Enum
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    schema, name = read_qualified_name(statement.tree.type_name)
    labels = names(statement.tree.vals)
    declarations.declare(Identity("type", schema, name), Enum, name=name, schema=schema, labels=labels)


READERS: Final = {"create_enum_stmt": _read}
