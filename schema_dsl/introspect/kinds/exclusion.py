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
from schema_dsl.sql import Sql, identifier


def _build(row: CatalogRow, columns: ColumnNames) -> Exclusion:
    _, name, _, numbers, expressions, operators, collations, method, where, deferrable, deferred, comment = (
        row
    )
    # The numbers of INCLUDE columns follow the keys; only the keys have operators.
    keys = build_index_keys(numbers[: len(operators)], expressions, columns)
    elements = map(_collate, keys, collations)
    return Exclusion(
        zip(elements, operators, strict=True),
        name=name,
        method=method,
        where=None if where is None else Sql(where),
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


def _collate(key: str | Sql, collation: str | None) -> str | Sql:
    """Return a key with its collation, which Postgres stores apart from the expression."""
    if collation is None:
        return key
    return Sql(f"{f'({key})' if isinstance(key, Sql) else identifier(key)} COLLATE {collation}")


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
