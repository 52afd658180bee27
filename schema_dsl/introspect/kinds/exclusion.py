"""Exclusion constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, enclosed, keys_of
from schema_dsl.model.constraint import Exclusion
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> Exclusion:
    _, name, _, numbers, expressions, operators, method, where, deferrable, deferred, comment = row
    # The index may include further columns.
    keys = keys_of(numbers[: len(operators)], expressions, columns)
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


def _ask(exclusion: Exclusion, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    elements = (
        sql.SQL("{} WITH {}").format(
            enclosed(on) if isinstance(on, Sql) else sql.Identifier(on), sql.SQL(operator)
        )
        for on, operator in exclusion.elements
    )
    statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} EXCLUDE USING {} ({})").format(
        relation, name, sql.Identifier(exclusion.method), sql.SQL(", ").join(elements)
    )
    if exclusion.where is not None:
        statement += sql.SQL(" WHERE ") + enclosed(exclusion.where)
    return statement


KIND = Kind(kind="exclusion", build=_build, probe=CanonicalQuery(_ask, ("elements", "where")))
