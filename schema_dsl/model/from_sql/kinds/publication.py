"""Read CREATE PUBLICATION, and ALTER PUBLICATION ... ADD."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names, option_text, options
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_expression, read_relation_name, refuse
from schema_dsl.model.publication import Publication
from schema_dsl.model.published_table import PublishedTable
from schema_dsl.model.reference import Reference
from schema_dsl.parsing import Node, Statement

_FLAGS: Final = {
    "publish_via_partition_root": ("via_partition_root", "true"),
    "publish_generated_columns": ("generated_columns", "stored"),
}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    values: dict[str, Any] = {}
    for name, node in options(tree.options):
        text = option_text(node)
        if name == "publish":
            values["operations"] = [word.strip() for word in text.split(",") if word.strip()]
        elif name in _FLAGS:
            field, word = _FLAGS[name]
            values[field] = text == word
        else:
            raise refuse(f"publication {tree.pubname} has the option {name}", "Remove the option.")
    tables, schemas = _read_objects(tree.pubobjects, declarations)
    declarations.declare(
        Identity("publication", "", tree.pubname),
        Publication,
        name=tree.pubname,
        all_tables=tree.for_all_tables,
        tables=tables,
        schemas=schemas,
        **values,
    )


def _read_objects(
    nodes: Iterable[Node], declarations: SqlDeclarations
) -> tuple[list[PublishedTable], list[str]]:
    """Return the tables and schemas. A table without a keyword belongs to the last keyword."""
    tables, schemas = [], []
    for node in nodes:
        item = node.publication_obj_spec
        kind = enumeration("PublicationObjSpecType")[item.pubobjtype]
        if kind == "PUBLICATIONOBJ_TABLE":
            schema, name = read_relation_name(item.pubtable.relation)
            tables.append(
                PublishedTable(
                    Reference(name, schema=schema),
                    columns=names(item.pubtable.columns),
                    where=read_expression(item.pubtable, "where_clause"),
                    origin=declarations.origin,
                )
            )
        elif kind == "PUBLICATIONOBJ_TABLES_IN_SCHEMA":
            schemas.append(item.name)
        else:
            raise refuse("a publication has the tables of CURRENT_SCHEMA", "Name the schema.")
    return tables, schemas


def _add(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    if enumeration("AlterPublicationAction")[tree.action] != "AP_AddObjects" or tree.options:
        raise refuse(
            f"ALTER PUBLICATION {tree.pubname} without ADD is no declaration",
            "Change its CREATE PUBLICATION.",
        )
    tables, schemas = _read_objects(tree.pubobjects, declarations)

    def change(values: dict[str, Any]) -> None:
        values["tables"] = [*values.get("tables", ()), *tables]
        values["schemas"] = [*values.get("schemas", ()), *schemas]

    declarations.add(Identity("publication", "", tree.pubname), change, "ALTER PUBLICATION")


READERS: Final = {"create_publication_stmt": _read, "alter_publication_stmt": _add}
