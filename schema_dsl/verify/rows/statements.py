"""Insert, read and update rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql as pg
from psycopg.types.json import Json, Jsonb

from schema_dsl.postgres import Connection, execute_nested
from schema_dsl.sql import Sql
from schema_dsl.verify.rows.errors import RowError
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription


def compose_value(field: ColumnDescription, value: Any) -> pg.Composable:
    """Return a value as SQL for a column; a dict or list for a json or jsonb column becomes a document."""
    if isinstance(value, Sql):
        return pg.SQL(value)
    name = field.slot.type.base_type.name
    if name in {"json", "jsonb"} and not isinstance(value, str | Json | Jsonb | None):
        return pg.Literal(Json(value) if name == "json" else Jsonb(value))
    return pg.Literal(value)


def insert_values(
    connection: Connection,
    relation: TableDescription,
    values: Mapping[str, Any],
    returning: str = "*",
    *,
    undo: bool = False,
) -> dict[str, Any]:
    """Insert a row in a subtransaction and return the RETURNING values.

    Args:
        connection: The session.
        relation: The table.
        values: The values.
        returning: The expressions of RETURNING.
        undo: Whether to undo the INSERT, which must then be in a transaction.

    Raises:
        RowError: If the INSERT returns no row, because a trigger or rule discarded or redirected the row.
    """
    command = _compose_insert(relation, values)
    if not relation.columns:
        # psycopg does not return rows without columns.
        execute_nested(connection, command.as_bytes(connection), undo=undo)
        return {}
    row = _one(connection, command + pg.SQL(" RETURNING ") + pg.SQL(returning), undo=undo)
    if row is None:
        raise RowError(
            f"an INSERT into {relation} returned no row: a trigger or rule of {relation} discarded or redirected it"
        )
    return row


def write_insert(connection: Connection, relation: TableDescription, row: Mapping[str, Any]) -> Sql:
    """Return an INSERT of a stored row, without the columns that Postgres generates."""
    values = {name: value for name, value in row.items() if not relation.columns[name].generated}
    return write_insert_of_values(connection, relation, values)


def write_insert_of_values(
    connection: Connection, relation: TableDescription, values: Mapping[str, Any]
) -> Sql:
    """Return an INSERT of exactly these values."""
    return Sql(_compose_insert(relation, values).as_string(connection))


def _compose_insert(relation: TableDescription, values: Mapping[str, Any]) -> pg.Composed:
    if not values:
        return pg.SQL("INSERT INTO {} DEFAULT VALUES").format(_name(relation))
    numbered = any(relation.columns[name].identity for name in values)
    return pg.SQL("INSERT INTO {} ({}) {}VALUES ({})").format(
        _name(relation),
        pg.SQL(", ").join(map(pg.Identifier, values)),
        pg.SQL("OVERRIDING SYSTEM VALUE " if numbered else ""),
        pg.SQL(", ").join(compose_value(relation.columns[name], value) for name, value in values.items()),
    )


def find_row(
    connection: Connection, relation: TableDescription, known: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return a row that has the known values; None if no row has them."""
    command = pg.SQL("SELECT * FROM {} WHERE {} LIMIT 1").format(_name(relation), _where(relation, known))
    return _one(connection, command)


def update_row(
    connection: Connection, relation: TableDescription, known: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Update the row that has the known values, and return the new row."""
    if not values:
        return find_row(connection, relation, known)
    command = pg.SQL("UPDATE {} SET {} WHERE {} RETURNING *").format(
        _name(relation),
        pg.SQL(", ").join(
            pg.SQL("{} = {}").format(pg.Identifier(name), compose_value(relation.columns[name], value))
            for name, value in values.items()
        ),
        _where(relation, known),
    )
    return _one(connection, command)


def defer_constraint(connection: Connection, relation: TableDescription, constraint: str) -> None:
    """Defer a constraint to the end of the transaction."""
    name = pg.Identifier(relation.schema, constraint)
    connection.execute(pg.SQL("SET CONSTRAINTS {} DEFERRED").format(name))


def _name(relation: TableDescription) -> pg.Identifier:
    return pg.Identifier(relation.schema, relation.name)


def _where(relation: TableDescription, known: Mapping[str, Any]) -> pg.Composed:
    return pg.SQL(" AND ").join(
        pg.SQL("{} = {}").format(pg.Identifier(name), compose_value(relation.columns[name], value))
        for name, value in known.items()
    )


def _one(connection: Connection, command: pg.Composed, *, undo: bool = False) -> dict[str, Any] | None:
    cursor = execute_nested(connection, command.as_bytes(connection), undo=undo)
    row = cursor.fetchone()
    if row is None or cursor.description is None:
        return None
    return {column.name: value for column, value in zip(cursor.description, row, strict=True)}
