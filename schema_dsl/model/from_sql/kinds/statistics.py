"""Read CREATE STATISTICS and ALTER STATISTICS ... SET STATISTICS."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, read_relation_name, refuse
from schema_dsl.model.reference import Reference
from schema_dsl.model.statistics import Statistics
from schema_dsl.parsing import Node, Statement, deparse_expression
from schema_dsl.sql import Sql


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    if not tree.defnames:
        raise refuse("the statistics have no name", "Write a name after CREATE STATISTICS.")
    schema, name = read_qualified_name(tree.defnames)
    table_schema, table = read_relation_name(tree.relations[0].range_var)
    declarations.declare(
        Identity(Statistics.kind, schema, name),
        Statistics,
        name=name,
        schema=schema,
        table=Reference(table, schema=table_schema),
        on=[_read_element(node.stats_elem) for node in tree.exprs],
        kinds=names(tree.stat_types),
    )


def _read_element(element: Node) -> str:
    return element.name or Sql(deparse_expression(element.expr))


def _read_target(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    # Before Postgres 17, -1 stands for DEFAULT.
    number = tree.stxstattarget.integer.ival if tree.HasField("stxstattarget") else -1
    target = None if number < 0 else number

    def change(values: dict[str, Any]) -> None:
        values["target"] = target

    identity = Identity(Statistics.kind, *read_qualified_name(tree.defnames))
    declarations.add(identity, change, "ALTER STATISTICS")


READERS: Final = {"create_stats_stmt": _read, "alter_stats_stmt": _read_target}
