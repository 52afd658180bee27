"""Read CREATE CAST."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.model.argument import name_parsed_type
from schema_dsl.model.cast import Cast
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_type
from schema_dsl.parsing import Statement
from schema_dsl.sql import Sql, identifier


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    function = None
    if tree.HasField("func"):
        types = ", ".join(read_type(each.type_name).sql for each in tree.func.objargs)
        function = Sql(f"{'.'.join(map(identifier, names(tree.func.objname)))}({types})")
    context: Any = enumeration("CoercionContext")[tree.context].removeprefix("COERCION_").lower()
    identity = Identity(
        "cast", "", f"{name_parsed_type(tree.sourcetype)} AS {name_parsed_type(tree.targettype)}"
    )
    declarations.declare(
        identity,
        Cast,
        source=read_type(tree.sourcetype).sql,
        target=read_type(tree.targettype).sql,
        function=function,
        in_out=tree.inout,
        context=context,
    )


READERS: Final = {"create_cast_stmt": _read}
