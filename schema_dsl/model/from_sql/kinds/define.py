"""Read the statements that share one kind of parse tree, DefineStmt: CREATE AGGREGATE, CREATE OPERATOR and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.model.from_sql.aggregate import read_aggregate
from schema_dsl.model.from_sql.collation import read_collation_definition
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import refuse
from schema_dsl.model.from_sql.operator import read_operator
from schema_dsl.model.from_sql.text_search import read_configuration, read_dictionary
from schema_dsl.parsing import Statement

_READERS: Final[Mapping[str, Callable[[Statement, SqlDeclarations], None]]] = {
    "aggregate": read_aggregate,
    "collation": read_collation_definition,
    "operator": read_operator,
    "text_search_configuration": read_configuration,
    "text_search_dictionary": read_dictionary,
}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    kind = object_kind(statement.tree.kind)
    read = _READERS.get(kind)
    if read is None:
        what = kind.replace("_", " ").upper()
        raise refuse(f"CREATE {what} is no declaration", "Put it into a migration.")
    read(statement, declarations)


READERS: Final = {"define_stmt": _read}
