"""Read the rows of all tables by the columns that hold them, and compare them after a rollback.

A column is recognized by its number in its table, so a column that was dropped and created again is another column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeAlias

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.snapshots.rows import parse_record, snapshot_rows

ColumnKey: TypeAlias = tuple[int, int]
"""The oid of a table, and the number of a column in it; 0 for the table itself."""

ColumnName: TypeAlias = tuple[tuple[str, str], str | None]
"""The schema and name of a table, and the name of a column in it."""

# Of the built-in types, none is composite.
_COLUMNS: Final = """
    WITH RECURSIVE tables AS MATERIALIZED (
        SELECT c.oid, n.nspname, c.relname,
            CASE WHEN pg_catalog.concat(n.nspname, '.', c.relname) = ANY (%s) THEN c.oid END AS with_rows
        FROM pg_catalog.pg_class AS c
        INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ),
    inside (whole, part) AS (
        SELECT a.atttypid, a.atttypid
        FROM tables AS t
        INNER JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.with_rows AND a.attnum > 0
        WHERE a.atttypid >= 16384
        UNION
        SELECT i.whole, p.oid
        FROM inside AS i
        INNER JOIN pg_catalog.pg_type AS t ON t.oid = i.part
        CROSS JOIN LATERAL (
            SELECT t.typelem UNION ALL SELECT t.typbasetype
            UNION ALL
            SELECT p.atttypid FROM pg_catalog.pg_attribute AS p WHERE p.attrelid = t.typrelid AND NOT p.attisdropped
        ) AS p (oid)
        WHERE p.oid >= 16384
    ),
    composite (oid, attributes) AS (
        SELECT i.whole, pg_catalog.string_agg(
            pg_catalog.concat_ws(' ', i.part, p.attname, pg_catalog.format_type(p.atttypid, p.atttypmod)), ', '
            ORDER BY i.part, p.attnum
        )
        FROM inside AS i
        INNER JOIN pg_catalog.pg_type AS t ON t.oid = i.part
        INNER JOIN pg_catalog.pg_attribute AS p ON p.attrelid = t.typrelid AND p.attnum > 0 AND NOT p.attisdropped
        GROUP BY i.whole
    )
    SELECT t.oid::bigint, coalesce(a.attnum, 0)::int, t.nspname::text, t.relname::text, a.attname::text,
        pg_catalog.format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', coalesce(s.attributes, '')
    FROM tables AS t
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.with_rows AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN composite AS s ON s.oid = a.atttypid
    ORDER BY t.nspname, t.relname, a.attnum
"""


@attrs.frozen
class ColumnContent:
    """The values of a column.

    Attributes:
        table: The schema and name of the table.
        name: The name of the column; None for a table without columns or without rows.
        type: The type.
        generated: Whether Postgres computes the values.
        attributes: The attributes of the composite types that the type has inside.
        count: The number of rows.
        values: The number of rows with each value, as text.
    """

    table: tuple[str, str]
    name: str | None
    type: str
    generated: bool
    attributes: str
    count: int
    values: Mapping[str | None, int]

    def __str__(self) -> str:
        """Return the name as messages display it."""
        return f"column {self.name} of {'.'.join(self.table)}"


Contents: TypeAlias = Mapping[ColumnKey, ColumnContent]


def read_contents(connection: Connection) -> Contents:
    """Read the rows of every table as a role that sees all rows."""
    # Most tables of a large schema have no rows.
    rows = {name: read for name, read in snapshot_rows(connection).items() if read.count}
    with open_catalog_cursor(connection) as cursor:
        columns = cursor.execute(_COLUMNS, [list(rows)]).fetchall()
    values = {table: read.values for table, read in rows.items()}
    found: dict[ColumnKey, ColumnContent] = {}
    for oid, number, schema, table, name, kind, generated, attributes in columns:
        read = f"{schema}.{table}"
        count = rows[read].count if read in rows else 0
        counted = Counter(values[read][name]) if count and name is not None else {}
        found[oid, number] = ColumnContent(
            (schema, table), name, kind, bool(generated), attributes, count, counted
        )
    return found


def find_content_changes(
    connection: Connection,
    before: Contents,
    changed: Collection[ColumnName],
    conversions: Mapping[ColumnName, Sql],
) -> Iterator[str]:
    """Yield a sentence for every table with other rows, and for every remaining column with other values.

    A value of another type is compared after a cast back, so that a loss such as cut off digits shows.

    Args:
        connection: A session after the changes.
        before: The contents before the changes.
        changed: The columns whose values may change.
        conversions: The expressions that convert values of another type back, instead of a cast.
    """
    after = read_contents(connection)
    counts = {key[0]: content.count for key, content in after.items()}
    reported = set()
    for key, old in before.items():
        new = after.get(key)
        if old.count != counts.get(key[0], old.count):
            if key[0] not in reported:
                reported.add(key[0])
                yield f"{'.'.join(old.table)} has {counts[key[0]]} rows instead of {old.count}"
        elif (
            new is not None
            and not old.generated
            and (old.table, old.name) not in changed
            and _has_other_values(connection, old, new, conversions.get((new.table, new.name)))
        ):
            kind = "" if old.type == new.type else f" ({old.type} became {new.type})"
            yield f"{old} has other values{kind}"


def _has_other_values(
    connection: Connection, old: ColumnContent, new: ColumnContent, conversion: Sql | None
) -> bool:
    if old.type == new.type:
        # An attribute that a composite type gets or loses is in the text of each value.
        return old.attributes == new.attributes and old.values != new.values
    cast = pg.SQL("CAST({} AS {})").format(pg.Identifier(new.name or ""), pg.SQL(old.type))
    converted = cast if conversion is None else pg.SQL(str(conversion))
    query = pg.SQL("SELECT ROW({})::text FROM ONLY {}").format(converted, pg.Identifier(*new.table))
    try:
        with open_catalog_cursor(connection) as cursor:
            found = Counter(parse_record(text) for (text,) in cursor.execute(query).fetchall())
    except psycopg.Error as error:
        raise_if_lost(error)
        # There is no cast back, so the values cannot be compared.
        return False
    return found != {(value,): count for value, count in old.values.items()}
