"""Snapshot the rows of all tables, to detect lost, new, changed and rewritten rows."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifiers, qualified

_Row: TypeAlias = tuple["str | None", ...]

# A value in the text of a record: in quotes, in which quotes and backslashes are doubled, or without.
_VALUE: Final = re.compile(r'"((?:[^"]|"")*)"|([^,]+)|(?=,|$)')


@attrs.frozen
class RelationRows:
    """The rows of a table or materialized view, or the single row of a sequence.

    Attributes:
        relation: The schema and the name of the relation.
        columns: The names of the columns; of a table whose file is empty, none.
        rows: The values of the columns as text, a tuple for each row.
        key: The columns of the primary key; empty without one.
        version_checksum: For each row the xmin and ctid, which differ when the row is rewritten with unchanged values;
            None if versions do not count.
        is_sequence: Whether the relation is a sequence.
    """

    relation: tuple[str, str]
    columns: tuple[str, ...]
    rows: tuple[_Row, ...]
    key: tuple[str, ...] = ()
    version_checksum: frozenset[str] | None = None
    is_sequence: bool = False

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def values(self) -> dict[str, list[str | None]]:
        """The values of each column."""
        return {column: [row[place] for row in self.rows] for place, column in enumerate(self.columns)}

    def project(self, columns: Sequence[str]) -> Sequence[_Row]:
        """Return the values of some columns of each row."""
        if tuple(columns) == self.columns:
            return self.rows
        positions = [self.columns.index(column) for column in columns]
        return [tuple([row[position] for position in positions]) for row in self.rows]


RowSnapshot: TypeAlias = Mapping[str, RelationRows]

# A heap gets its first page with its first row, also in an open transaction. pg_relation_size loads the relation with
# its policies and triggers into the cache of the session; pg_stat_file, which a superuser may call, does not.
_RELATIONS: Final = """
    SELECT n.nspname, c.relname, c.oid::bigint, c.relkind = 'S',
        c.relkind <> 'S' AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap') AND coalesce({size}, 1) = 0
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 'S') AND c.relispopulated
        AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ORDER BY n.nspname, c.relname
"""
_SIZE: Final = "pg_relation_size(c.oid)"
_SIZE_OF_FILE: Final = "(pg_stat_file(pg_relation_filepath(c.oid), true)).size"

_READABLE: Final = """
    SELECT
        c.oid::bigint,
        coalesce(
            array_agg(a.attname ORDER BY a.attnum) FILTER (
                WHERE a.attname IS NOT NULL AND (c.relkind <> 'S' OR a.attname <> 'log_cnt')
            ), '{}'
        ),
        coalesce(array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attnum = ANY (k.conkey)), '{}'),
        row_security_active(c.oid)
    FROM pg_class AS c
    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.oid = ANY (%s::oid[])
        AND has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
        -- Policies apply to an owner by FORCE ROW LEVEL SECURITY only.
        AND (NOT row_security_active(c.oid) OR pg_has_role(c.relowner, 'USAGE'))
    GROUP BY c.oid
"""


def snapshot_rows(connection: Connection) -> RowSnapshot:
    """Snapshot every table, materialized view and sequence in which the connection's role can read all rows.

    FORCE ROW LEVEL SECURITY, which hides rows from the owner, is off meanwhile. A table without rows has no columns.
    """
    read, forced = _read(connection)
    if forced:
        # Postgres refuses the change while a deferred constraint has to check rows of the table.
        with contextlib.suppress(psycopg.Error), connection.transaction(force_rollback=True):
            for name in forced:
                connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY".encode())
            read, _ = _read(connection)
    return read


def _read(connection: Connection) -> tuple[RowSnapshot, list[Sql]]:
    """Return the readable rows, and the names of the tables that hide rows from their owner."""
    size = _SIZE_OF_FILE if connection.info.parameter_status("is_superuser") == "on" else _SIZE
    with open_catalog_cursor(connection) as cursor:
        relations = cursor.execute(_RELATIONS.format(size=size).encode()).fetchall()
        with_rows = [oid for _, _, oid, _, is_empty in relations if not is_empty]
        readable = {
            oid: (tuple(columns), tuple(key), is_forced)
            for oid, columns, key, is_forced in cursor.execute(_READABLE, [with_rows]).fetchall()
        }
        names = {oid: (schema, name) for schema, name, oid, *_ in relations}
        forced = [qualified(*names[oid]) for oid, (*_, is_forced) in readable.items() if is_forced]
        queries = [
            _write_query(oid, *names[oid], columns)
            for oid, (columns, _, is_forced) in readable.items()
            if not is_forced
        ]
        found: dict[int, list[tuple[str, str]]] = {}
        for oid, *row in cursor.execute(" UNION ALL ".join(queries).encode()).fetchall() if queries else ():
            found.setdefault(oid, []).append((row[0], row[1]))
    read = {}
    for schema, name, oid, is_sequence, is_empty in relations:
        if not is_empty and (oid not in readable or readable[oid][-1]):
            continue
        columns, key, _ = readable.get(oid, ((), (), False))
        rows = found.get(oid, ())
        read[f"{schema}.{name}"] = RelationRows(
            (schema, name),
            columns,
            tuple(parse_record(text) if columns else () for text, _ in rows),
            key,
            frozenset(version for _, version in rows),
            is_sequence,
        )
    return read, forced


@lru_cache(maxsize=20_000)
def parse_record(text: str) -> _Row:
    """Return the values in the text of a record. Snapshots of one database have most rows in common."""
    inner = text[1:-1]
    if '"' not in inner:
        return tuple(value or None for value in inner.split(","))
    return tuple(_parse_values(inner))


def _parse_values(inner: str) -> Iterator[str | None]:
    place = 0
    while place <= len(inner):
        value = _VALUE.match(inner, place)
        assert value is not None  # noqa: S101 - each value matches, also an empty one
        quoted, plain = value.groups()
        yield plain if quoted is None else quoted.replace('""', '"').replace("\\\\", "\\")
        place = value.end() + 1


@lru_cache(maxsize=20_000)
def _write_query(number: int, schema: str, name: str, columns: tuple[str, ...]) -> str:
    # To start an aggregate for each table takes longer than to read its rows one by one. The rows of tables that
    # inherit are those of these tables.
    columns_and_version = f"ROW({identifiers(columns)})::text, pg_catalog.concat(xmin, ' ', ctid)"
    return f"SELECT {number}, {columns_and_version} FROM ONLY {qualified(schema, name)}"  # noqa: S608


@attrs.frozen
class RowChange:
    """The difference between the rows of a table in two snapshots.

    Attributes:
        table: The schema and name of the table.
        count: The number of rows in the first snapshot.
        lost: The number of rows that only the first snapshot has.
        gained: The number of rows that only the second snapshot has.
        changed: The number of rows with other values in the second snapshot.
        columns: The columns with changed values.
        rewritten: The number of rows that were rewritten with unchanged values.
    """

    table: str
    count: int
    lost: int
    gained: int
    changed: int
    columns: tuple[str, ...]
    rewritten: int

    @property
    def description(self) -> str:
        """The difference as the predicate of a sentence; empty without a difference."""
        of = f"{self.count} {'row' if self.count == 1 else 'rows'}"
        phrases = [
            f"lost {self.lost} of {of}" if self.lost else "",
            f"gained {self.gained} {'row' if self.gained == 1 else 'rows'}" if self.gained else "",
            f"has changed values in {', '.join(self.columns)} ({self.changed} of {of})"
            if self.columns
            else "",
            f"has the same values, combined into different rows ({self.changed} of {of})"
            if self.changed and not self.columns
            else "",
            f"has rows that were rewritten with unchanged values ({self.rewritten} of {of})"
            if self.rewritten
            else "",
        ]
        return "; ".join(filter(None, phrases))


def list_row_changes(
    before: RowSnapshot,
    after: RowSnapshot,
    is_compared: Callable[[str, str], bool] = lambda _table, _column: True,
) -> Iterator[RowChange]:
    """Yield the difference of each table in both snapshots with different rows.

    Args:
        before: The first snapshot.
        after: The second snapshot. Columns that exist in only one of the snapshots are ignored.
        is_compared: Returns whether the values of a column of a table count.
    """
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        columns = [column for column in old.columns if column in new.columns and is_compared(name, column)]
        one, other = old.project(columns), new.project(columns)
        if one != other and Counter(one) != Counter(other):
            yield _compare_rows(name, old, new, columns)
        elif (
            old.version_checksum is not None
            and new.version_checksum is not None
            and old.version_checksum != new.version_checksum
        ):
            rewritten = len(old.version_checksum - new.version_checksum)
            yield RowChange(name, old.count, 0, 0, 0, (), rewritten)


def _compare_rows(name: str, old: RelationRows, new: RelationRows, columns: Sequence[str]) -> RowChange:
    """Return the difference of two tables, with rows paired by the primary key, or else by equal values."""
    if old.key and old.key == new.key and set(old.key) <= set(columns):
        positions = itemgetter(*(columns.index(column) for column in old.key))
        one = {positions(row): row for row in old.project(columns)}
        other = {positions(row): row for row in new.project(columns)}
        pairs = [(row, other[key]) for key, row in one.items() if key in other and row != other[key]]
        changed = [
            column
            for place, column in enumerate(columns)
            if any(row[place] != to[place] for row, to in pairs)
        ]
        lost, gained = len(one.keys() - other.keys()), len(other.keys() - one.keys())
        return RowChange(name, old.count, lost, gained, len(pairs), tuple(changed), 0)
    only_old = (Counter(old.project(columns)) - Counter(new.project(columns))).total()
    only_new = (Counter(new.project(columns)) - Counter(old.project(columns))).total()
    lost, gained = max(old.count - new.count, 0), max(new.count - old.count, 0)
    changed_count = min(only_old - lost, only_new - gained)
    changed = [
        column
        for column in columns
        if changed_count and Counter(old.project([column])) != Counter(new.project([column]))
    ]
    return RowChange(name, old.count, lost, gained, changed_count, tuple(changed), 0)


def find_row_changes(before: RowSnapshot, after: RowSnapshot) -> Iterator[tuple[str, str]]:
    """Yield the name and a description of each table in both snapshots with different rows.

    Columns that exist in only one of the snapshots are ignored.
    """
    for change in list_row_changes(before, after):
        yield change.table, change.description


def keep_common(one: RowSnapshot, other: RowSnapshot) -> RowSnapshot:
    """Return the rows that two equal runs share, because defaults such as now() and random() differ each time."""
    common = {}
    for name in one.keys() & other.keys():
        rows, others = one[name], other[name]
        columns = tuple(
            column
            for column in rows.columns
            if column in others.columns
            and Counter(rows.project([column])) == Counter(others.project([column]))
        )
        if Counter(rows.project(columns)) != Counter(others.project(columns)):
            # The runs combined equal values into different rows, so only the number of rows is the same.
            columns = ()
        common[name] = attrs.evolve(
            rows, columns=columns, rows=tuple(rows.project(columns)), version_checksum=None
        )
    return common
