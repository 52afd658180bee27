"""Snapshot the rows of all tables, to detect changed and rewritten rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.postgres import Connection


@attrs.frozen
class RelationRows:
    """The number and the checksums of the rows of a table, or of the single row of a sequence.

    Attributes:
        count: The number of rows.
        row_checksum: The checksum of all rows.
        version_checksum: The checksum of xmin and ctid, which differ when a row is rewritten with unchanged values.
        values: The checksum of each column.
    """

    count: int
    row_checksum: str | None
    version_checksum: str | None
    values: Mapping[str, str | None]


RowSnapshot: TypeAlias = Mapping[str, RelationRows]

_RELATIONS: Final = """
    SELECT
        n.nspname, c.relname,
        array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE c.relkind <> 'S' OR a.attname <> 'log_cnt')
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'S') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
        AND NOT row_security_active(c.oid)
    GROUP BY n.nspname, c.relname
    ORDER BY n.nspname, c.relname
"""


def snapshot_rows(connection: Connection, only: RowSnapshot | None = None) -> RowSnapshot:
    """Snapshot every table and sequence in which the connection's role can read all rows.

    Args:
        connection: The session to read with.
        only: An earlier snapshot. Tables and columns outside of it are skipped.
    """
    with open_catalog_cursor(connection) as cursor:
        relations = cursor.execute(_RELATIONS).fetchall()
        if only is not None:
            relations = list(_restrict(relations, only))
        if not relations:
            return {}
        queries = (_query(number, *relation) for number, relation in enumerate(relations))
        found = cursor.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
    read = {}
    for number, count, whole, versions, values in found:
        schema, name, columns = relations[number]
        read[f"{schema}.{name}"] = RelationRows(
            count, whole, versions, dict(zip(columns, values, strict=True))
        )
    return read


def _restrict(
    relations: list[tuple[str, str, list[str]]], only: RowSnapshot
) -> Iterator[tuple[str, str, list[str]]]:
    for schema, name, columns in relations:
        known = only.get(f"{schema}.{name}")
        shared_columns = [column for column in columns if known is not None and column in known.values]
        if shared_columns:
            yield schema, name, shared_columns


def _query(number: int, schema: str, name: str, columns: list[str]) -> sql.Composed:
    return sql.SQL("SELECT {}, count(*), {}, {}, ARRAY[{}]::text[] FROM {}").format(
        sql.Literal(number),
        _checksum(columns),
        _checksum(["xmin", "ctid"]),
        sql.SQL(", ").join(_checksum([column]) for column in columns),
        sql.Identifier(schema, name),
    )


def _checksum(columns: list[str]) -> sql.Composed:
    # The text of ROW() distinguishes NULL from the empty string.
    row = sql.SQL("ROW({})::text").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
    return sql.SQL("md5(string_agg({0}, E'\\n' ORDER BY {0} COLLATE \"C\"))").format(row)


def find_row_changes(before: RowSnapshot, after: RowSnapshot) -> Iterator[tuple[str, str]]:
    """Yield the name and a description of each table in both snapshots with different rows.

    Columns that exist in only one of the snapshots are ignored.
    """
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.count != new.count:
            yield name, f"has {new.count} rows instead of {old.count}"
            continue
        columns = [
            column
            for column in old.values
            if column in new.values and old.values[column] != new.values[column]
        ]
        if columns:
            yield name, f"has changed values in {', '.join(columns)}"
        elif old.values.keys() == new.values.keys() and _differ(old.row_checksum, new.row_checksum):
            yield name, "has the same values, combined into different rows"
        elif _differ(old.version_checksum, new.version_checksum):
            yield name, "has rows that were rewritten with unchanged values"


def _differ(old: str | None, new: str | None) -> bool:
    return None not in {old, new} and old != new


def keep_common(one: RowSnapshot, other: RowSnapshot) -> RowSnapshot:
    """Return the checksums that two equal runs share, because defaults such as now() and random() differ each time."""
    common = {}
    for name in one.keys() & other.keys():
        rows, others = one[name], other[name]
        values = {
            column: checksum
            for column, checksum in rows.values.items()
            if checksum == others.values.get(column)
        }
        whole = rows.row_checksum if rows.row_checksum == others.row_checksum else None
        common[name] = RelationRows(rows.count, whole, None, values)
    return common
