"""Read exclusion constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.index_elements import build_elements, compose_element
from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_index_keys,
    build_settings,
    compose_parenthesized,
)
from schema_dsl.model.constraint import Exclusion
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> Exclusion:
    _, name, _, numbers, expressions, operators, *unusual, options, method, where = row[:13]
    parameters, deferrable, deferred, comment = row[13:]
    # The numbers of INCLUDE columns follow the keys; only the keys have operators.
    count = len(operators)
    elements = build_elements(numbers[:count], expressions, options, (*unusual,), columns)
    return Exclusion(
        zip(elements, operators, strict=True),
        name=name,
        method=method,
        include=build_index_keys(numbers[count:], None, columns),
        parameters=build_settings(parameters),
        where=None if where is None else Sql(where),
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


def _build_statement(exclusion: Exclusion, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    elements = (
        sql.SQL("{} WITH {}").format(compose_element(element), sql.SQL(operator))
        for element, operator in exclusion.elements
    )
    statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} EXCLUDE USING {} ({})").format(
        relation, name, sql.Identifier(exclusion.method), sql.SQL(", ").join(elements)
    )
    if exclusion.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(exclusion.where)
    return statement


KIND = Kind(
    kind="exclusion",
    found_in="pg_constraint WHERE contype = 'x' AND oid >= 16384",
    build=_build,
    canonical_query=CanonicalQuery(_build_statement, ("elements", "where")),
)
