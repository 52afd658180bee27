"""Read CREATE INDEX."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_expression, read_options, read_relation_name
from schema_dsl.model.index import Index, IndexElement
from schema_dsl.parsing import Node, Statement, deparse_expression
from schema_dsl.sql import Sql, identifier


def read_element(node: Node) -> IndexElement:
    """Return the key of an IndexElem."""
    ordering = enumeration("SortByDir")[node.ordering]
    nulls = enumeration("SortByNulls")[node.nulls_ordering]
    values: dict[str, Any] = {}
    for field, nodes in (("collation", node.collation), ("operator_class", node.opclass)):
        parts = names(nodes)
        if parts:
            values[field] = parts[0] if len(parts) == 1 else Sql(".".join(map(identifier, parts)))
    if node.opclassopts:
        values["operator_class_parameters"] = read_options(node.opclassopts)
    if nulls != "SORTBY_NULLS_DEFAULT":
        values["nulls_first"] = nulls == "SORTBY_NULLS_FIRST"
    on = Sql(deparse_expression(node.expr)) if node.HasField("expr") else node.name
    return IndexElement(on, descending=ordering == "SORTBY_DESC", **values)


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    index = Index(
        [read_element(node.index_elem) for node in tree.index_params],
        name=tree.idxname,
        where=read_expression(tree, "where_clause"),
        unique=tree.unique,
        nulls_not_distinct=tree.nulls_not_distinct,
        method=tree.access_method or "btree",
        include=[node.index_elem.name for node in tree.index_including_params],
        parameters=read_options(tree.options),
        origin=declarations.origin,
    )
    declarations.add_part(read_relation_name(tree.relation), index)


READERS: Final = {"index_stmt": _read}
