"""Read indexes."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.index_elements import build_elements, compose_element, is_plain
from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_index_keys,
    build_settings,
    compose_parenthesized,
)
from schema_dsl.model.index import Index
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> Index:
    _, name, _, numbers, expressions, count, *unusual, options, where = row[:12]
    unique, nulls_not_distinct, method, parameters, statistics, comment = row[12:]
    return Index(
        build_elements(numbers[:count], expressions, options, (*unusual,), columns),
        name=name,
        where=None if where is None else Sql(where),
        unique=unique,
        nulls_not_distinct=nulls_not_distinct,
        method=method,
        include=build_index_keys(numbers[count:], None, columns),
        parameters=build_settings(parameters),
        statistics=statistics or (),
        comment=comment,
        origin=None,
    )


def _build_statement(index: Index, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    if index.where is None and all(map(is_plain, index.elements)):
        return None
    statement = sql.SQL("CREATE INDEX {} ON {} USING {} ({})").format(
        name,
        relation,
        sql.Identifier(index.method),
        sql.SQL(", ").join(map(compose_element, index.elements)),
    )
    if index.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(index.where)
    return statement


KIND = Kind(
    kind="index",
    build=_build,
    relations=frozenset({"table", "materialized_view"}),
    canonical_query=CanonicalQuery(_build_statement, ("elements", "where")),
)
