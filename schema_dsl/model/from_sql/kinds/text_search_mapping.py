"""Read ALTER TEXT SEARCH CONFIGURATION ... ADD MAPPING."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, refuse
from schema_dsl.parsing import Statement
from schema_dsl.sql import Sql, identifier


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_qualified_name(tree.cfgname)
    if enumeration("AlterTSConfigType")[tree.kind] != "ALTER_TSCONFIG_ADD_MAPPING":
        raise refuse(
            f"ALTER TEXT SEARCH CONFIGURATION {name} without ADD MAPPING is no declaration",
            "Change its ADD MAPPING.",
        )
    tokens = names(tree.tokentype)
    dictionaries = [Sql(".".join(map(identifier, names(node.list.items)))) for node in tree.dicts]

    def change(values: dict[str, Any]) -> None:
        values["mappings"] = [*values.get("mappings", ()), *((token, dictionaries) for token in tokens)]

    target = Identity("text_search_configuration", schema, name)
    declarations.add(target, change, "ALTER TEXT SEARCH CONFIGURATION")


READERS: Final = {"alter_tsconfiguration_stmt": _read}
