"""What is in the tables, as a value: to see that rows survive, and that nobody wrote them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.introspect.reading import reading
from schema_dsl.postgres import Connection


@attrs.frozen
class Rows:
    """The rows of a table, or the one that a sequence is: how many, and checksums.

    `values` are those of each column by itself, `whole` of the rows, `versions` of what tells a row from one
    that was written later with the same values.
    """

    count: int
    whole: str | None
    versions: str | None
    values: Mapping[str, str | None]


Contents: TypeAlias = Mapping[str, Rows]

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


def contents(connection: Connection, only: Contents | None = None) -> Contents:
    """Read what is in every table and sequence that the connection's role may read all of.

    With `only`, what was in them at another time, no more is read than the tables and columns in that.
    """
    with reading(connection) as cursor:
        relations = cursor.execute(_RELATIONS).fetchall()
        if only is not None:
            relations = list(_among(relations, only))
        if not relations:
            return {}
        queries = (_query(number, *relation) for number, relation in enumerate(relations))
        found = cursor.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
    read = {}
    for number, count, whole, versions, values in found:
        schema, name, columns = relations[number]
        read[f"{schema}.{name}"] = Rows(count, whole, versions, dict(zip(columns, values, strict=True)))
    return read


def _among(
    relations: list[tuple[str, str, list[str]]], only: Contents
) -> Iterator[tuple[str, str, list[str]]]:
    for schema, name, columns in relations:
        known = only.get(f"{schema}.{name}")
        kept = [column for column in columns if known is not None and column in known.values]
        if kept:
            yield schema, name, kept


def _query(number: int, schema: str, name: str, columns: list[str]) -> sql.Composed:
    return sql.SQL("SELECT {}, count(*), {}, {}, ARRAY[{}]::text[] FROM {}").format(
        sql.Literal(number),
        _checksum(columns),
        _checksum(["xmin", "ctid"]),
        sql.SQL(", ").join(_checksum([column]) for column in columns),
        sql.Identifier(schema, name),
    )


def _checksum(columns: list[str]) -> sql.Composed:
    # As a row, NULL and '' are not alike.
    row = sql.SQL("ROW({})::text").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
    return sql.SQL("md5(string_agg({0}, E'\\n' ORDER BY {0} COLLATE \"C\"))").format(row)


def row_changes(before: Contents, after: Contents) -> Iterator[tuple[str, str]]:
    """Say what became of the rows of each table that is in both: its name, and that in words.

    Columns that only one of the two has are left out.
    """
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.count != new.count:
            yield name, f"has {new.count} rows where it had {old.count}"
            continue
        columns = [each for each in old.values if each in new.values and old.values[each] != new.values[each]]
        if columns:
            yield name, f"has other values in {', '.join(columns)}"
        elif old.values.keys() == new.values.keys() and _differ(old.whole, new.whole):
            yield name, "has its values in other rows"
        elif _differ(old.versions, new.versions):
            yield name, "had rows written again with the values that they had"


def _differ(old: str | None, new: str | None) -> bool:
    return None not in {old, new} and old != new


def agreed(one: Contents, other: Contents) -> Contents:
    """Keep what two runs that did the same agree on: a default may be now(), or random."""
    kept = {}
    for name in one.keys() & other.keys():
        rows, others = one[name], other[name]
        values = {column: each for column, each in rows.values.items() if each == others.values.get(column)}
        whole = rows.whole if rows.whole == others.whole else None
        kept[name] = Rows(rows.count, whole, None, values)
    return kept
