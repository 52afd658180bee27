"""Read exclusion constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_index_keys,
    compose_parenthesized,
)
from schema_dsl.model.constraint import Exclusion
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> Exclusion:
    _, name, _, numbers, expressions, operators, method, where, deferrable, deferred, comment = row
    # The numbers of INCLUDE columns follow the keys; only the keys have operators.
    keys = build_index_keys(numbers[: len(operators)], expressions, columns)
    return Exclusion(
        zip(keys, operators, strict=True),
        name=name,
        method=method,
        where=None if where is None else Sql(where),
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


def _build_statement(exclusion: Exclusion, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    elements = (
        sql.SQL("{} WITH {}").format(
            compose_parenthesized(on) if isinstance(on, Sql) else sql.Identifier(on), sql.SQL(operator)
        )
        for on, operator in exclusion.elements
    )
    statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} EXCLUDE USING {} ({})").format(
        relation, name, sql.Identifier(exclusion.method), sql.SQL(", ").join(elements)
    )
    if exclusion.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(exclusion.where)
    return statement


KIND = Kind(
    kind="exclusion", build=_build, canonical_query=CanonicalQuery(_build_statement, ("elements", "where"))
)
