"""The few statements that rows are made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql as pg
from psycopg.types.json import Json, Jsonb

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.rows.errors import RowError
from schema_dsl.verify.rows.relation import ColumnDescription, TableDescription


def written(field: ColumnDescription, value: Any) -> pg.Composable:
    """Write a value for a column: what Python calls a dict or a list, a column may call a document."""
    if isinstance(value, Sql):
        return pg.SQL(value)
    name = field.place.type.plain.name
    if name in {"json", "jsonb"} and not isinstance(value, str | Json | Jsonb | None):
        return pg.Literal(Json(value) if name == "json" else Jsonb(value))
    return pg.Literal(value)


def insert(
    connection: Connection, relation: TableDescription, values: Mapping[str, Any], returning: str = "*"
) -> dict[str, Any]:
    """Insert a row, and give what is RETURNING.

    Raises:
        RowError: If the table took it and did not keep it.
    """
    if values:
        numbered = any(relation.fields[name].identity for name in values)
        command = pg.SQL("INSERT INTO {} ({}) {}VALUES ({}) RETURNING {}").format(
            _name(relation),
            pg.SQL(", ").join(map(pg.Identifier, values)),
            pg.SQL("OVERRIDING SYSTEM VALUE " if numbered else ""),
            pg.SQL(", ").join(written(relation.fields[name], value) for name, value in values.items()),
            pg.SQL(returning),
        )
    else:
        command = pg.SQL("INSERT INTO {} DEFAULT VALUES RETURNING {}").format(
            _name(relation), pg.SQL(returning)
        )
    if not relation.fields:
        # A row of no columns is none to the driver.
        command = pg.SQL("INSERT INTO {} DEFAULT VALUES").format(_name(relation))
        connection.execute(command)
        return {}
    row = _one(connection, command)
    if row is None:
        raise RowError(f"{relation} took a row and kept none: a trigger or a rule put it elsewhere")
    return row


def find(
    connection: Connection, relation: TableDescription, known: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Read a row by some of its values."""
    command = pg.SQL("SELECT * FROM {} WHERE {} LIMIT 1").format(_name(relation), _where(relation, known))
    return _one(connection, command)


def change(
    connection: Connection, relation: TableDescription, known: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Give other values to the row that has the known ones, and read it."""
    if not values:
        return find(connection, relation, known)
    command = pg.SQL("UPDATE {} SET {} WHERE {} RETURNING *").format(
        _name(relation),
        pg.SQL(", ").join(
            pg.SQL("{} = {}").format(pg.Identifier(name), written(relation.fields[name], value))
            for name, value in values.items()
        ),
        _where(relation, known),
    )
    return _one(connection, command)


def defer(connection: Connection, relation: TableDescription, constraint: str) -> None:
    """Let a constraint wait for the end of the transaction."""
    name = pg.Identifier(relation.schema, constraint)
    connection.execute(pg.SQL("SET CONSTRAINTS {} DEFERRED").format(name))


def _name(relation: TableDescription) -> pg.Identifier:
    return pg.Identifier(relation.schema, relation.name)


def _where(relation: TableDescription, known: Mapping[str, Any]) -> pg.Composed:
    return pg.SQL(" AND ").join(
        pg.SQL("{} = {}").format(pg.Identifier(name), written(relation.fields[name], value))
        for name, value in known.items()
    )


def _one(connection: Connection, command: pg.Composed) -> dict[str, Any] | None:
    cursor = connection.execute(command)
    row = cursor.fetchone()
    if row is None or cursor.description is None:
        return None
    return {column.name: value for column, value in zip(cursor.description, row, strict=True)}
