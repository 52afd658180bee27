"""Read CREATE EXTENSION."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import option_text, options
from schema_dsl.model.extension import Extension
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import refuse
from schema_dsl.parsing import Statement

_OPTIONS: Final = {"schema": "schema", "new_version": "version"}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    values: dict[str, Any] = {}
    for name, node in options(tree.options):
        if name not in _OPTIONS:
            raise refuse(f"extension {tree.extname} has CASCADE", "Declare the extensions that it requires.")
        values[_OPTIONS[name]] = option_text(node)
    declarations.declare(Identity("extension", "", tree.extname), Extension, name=tree.extname, **values)


READERS: Final = {"create_extension_stmt": _read}
