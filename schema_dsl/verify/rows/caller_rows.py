"""Insert a row as a client role, as a request of the API would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from psycopg import Cursor
from psycopg import sql as pg

from schema_dsl.verify.rows.errors import RowError
from schema_dsl.verify.rows.row_builder import RowBuilder
from schema_dsl.verify.rows.statements import write_insert_of_values
from schema_dsl.verify.rows.table_description import TableDescription

OpenSession: TypeAlias = Callable[[], AbstractContextManager[Cursor[tuple[Any, ...]]]]


def insert_row_as(
    builder: RowBuilder,
    table: str,
    given: Mapping[str, Any],
    open_session: OpenSession,
    *,
    caller: object | None,
    users: tuple[str, str] | None,
) -> dict[str, Any]:
    """Insert a row as a client role, after the rows that it references, and return the stored row.

    The role need not be able to read the row.

    Args:
        builder: The builder, which inserts the referenced rows as a superuser.
        table: The table, as in `RowBuilder.insert_row`.
        given: Values of columns, as in `RowBuilder.insert_row`.
        open_session: Opens the transaction of the role.
        caller: The id of the user who inserts the row: the value of columns that reference the users, if they are
            not given and must not be NULL. The user is created if missing.
        users: The schema and name of the table of users.

    Raises:
        RowError: If no row can be built, or a trigger discards it.
        psycopg.Error: If Postgres refuses the row.
    """
    relation = builder.tables.by_name(table)
    own = {} if caller is None or users is None else _fill_caller(builder, relation, given, caller, users)
    values = builder.build_values((relation.schema, relation.name), **{**own, **given})
    command = write_insert_of_values(builder.connection, relation, values)
    with open_session() as cursor:
        cursor.execute(command.encode())
        transaction = cursor.execute("SELECT pg_catalog.pg_current_xact_id()::xid::text").fetchone()
    stored = builder.connection.execute(
        pg.SQL("SELECT * FROM {} WHERE xmin::text = %s ORDER BY ctid LIMIT 1").format(
            pg.Identifier(relation.schema, relation.name)
        ),
        [transaction[0] if transaction else None],
    )
    row = stored.fetchone()
    if row is None or stored.description is None:
        raise RowError(
            f"the row is not in {relation} after its INSERT: a trigger or rule discarded or moved it"
        )
    return {column.name: value for column, value in zip(stored.description, row, strict=True)}


def _fill_caller(
    builder: RowBuilder,
    relation: TableDescription,
    given: Mapping[str, Any],
    caller: object,
    users: tuple[str, str],
) -> dict[str, Any]:
    """Return the values of columns that must reference a user; create the user if missing."""
    target = builder.tables.by_name(users)
    keys = [key.pairs[0] for key in relation.foreign_keys if key.target == target.oid and len(key.pairs) == 1]
    own = {
        column: caller
        for column, _ in keys
        if column not in given
        and relation.columns[column].not_null
        and relation.columns[column].default is None
    }
    if keys:
        referenced = keys[0][1]
        known = builder.connection.execute(
            pg.SQL("SELECT FROM {} WHERE {} = {}").format(
                pg.Identifier(*users), pg.Identifier(referenced), pg.Literal(str(caller))
            )
        ).rowcount
        if not known:
            builder.insert_row(users, **{referenced: caller})
    return own
