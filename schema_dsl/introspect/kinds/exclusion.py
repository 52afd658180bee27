"""Exclusion constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import Kind, Probe, Row, enclosed
from schema_dsl.model.constraint import Exclusion
from schema_dsl.sql import Sql


def _build(row: Row) -> Exclusion:
    _, name, _, keys, are_expressions, operators, method, where, deferrable, deferred, comment = row
    return Exclusion(
        [
            (Sql(key) if is_expression else key, operator)
            for key, is_expression, operator in zip(keys, are_expressions, operators, strict=True)
        ],
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


KIND = Kind(kind="exclusion", build=_build, probe=Probe(_ask, ("elements", "where")))
