"""Rewrite partition keys and the bounds of partitions in the form in which Postgres returns them.

Postgres converts the values of a bound to the types of the key, so each declared partitioned table is created as a
temporary table with its columns, and each partition as a partition of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.batch import ServerQuery, run_queries
from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.model.identity import copy_with
from schema_dsl.model.partition import PartitionKey
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql

_STORED: Final = """
    SELECT
        CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
        pg_get_expr(c.relpartbound, c.oid)
    FROM pg_class AS c
    WHERE c.oid = %s::regclass
"""


def canonicalize_partitions(
    connection: Connection, objects: Mapping[Identity, Any], token: str
) -> dict[Identity, Any]:
    """Return the tables with a partition key or a bound, as Postgres stores them.

    Args:
        connection: A connection on which all declared tables exist, with their columns.
        objects: The declared objects.
        token: The start of the names of temporary tables.

    Raises:
        DefinitionError: If Postgres refuses a key or a bound; with its declaration and the message of Postgres.
    """
    tables = {
        identity: table
        for identity, table in sort_partitions(objects)
        if getattr(table, "partition_by", None) is not None or getattr(table, "bound", None) is not None
    }
    names = {
        identity: sql.Identifier("pg_temp", f"{token}_partition_{number}")
        for number, identity in enumerate(tables)
    }
    # The partitions of an existing table, whose key is not declared, cannot be tried.
    tried = {
        identity: table
        for identity, table in tables.items()
        if table.partition_of is None or table.partition_of in tables
    }
    run_queries(
        connection,
        [
            ServerQuery(identity, table, _compose_table(identity, table, names))
            for identity, table in tried.items()
        ],
    )
    found = {}
    with open_catalog_cursor(connection) as cursor:
        for identity, table in tried.items():
            row = cursor.execute(_STORED, [names[identity].as_string(cursor)]).fetchone()
            assert row is not None  # noqa: S101 - the table was created
            key, bound = row
            found[identity] = copy_with(
                table,
                partition_by=None if key is None else PartitionKey(Sql(key)),
                bound=None if bound is None else Sql(bound),
            )
    return found


def sort_partitions(objects: Mapping[Identity, Any]) -> list[tuple[Identity, Any]]:
    """Return the objects, tables that have the columns of others, such as partitions, after these."""

    def count_levels(identity: Identity) -> int:
        parents = getattr(objects.get(identity), "parents", ())
        return max((1 + count_levels(parent) for parent in parents), default=0)

    partitions = {
        identity: count_levels(identity) for identity, item in objects.items() if hasattr(item, "parents")
    }
    if not any(partitions.values()):
        return list(objects.items())
    return sorted(objects.items(), key=lambda item: partitions.get(item[0], 0))


def _compose_table(identity: Identity, table: Any, names: Mapping[Identity, sql.Identifier]) -> sql.Composed:
    if table.partition_of is None:
        start = sql.SQL("CREATE TABLE {} (LIKE {})").format(
            names[identity], sql.Identifier(*identity.relation)
        )
    else:
        start = sql.SQL("CREATE TABLE {} PARTITION OF {} {}").format(
            names[identity], names[table.partition_of], sql.SQL(table.bound)
        )
    return start if table.partition_by is None else start + sql.SQL(f" PARTITION BY {table.partition_by.sql}")
