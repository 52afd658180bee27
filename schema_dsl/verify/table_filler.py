"""Insert fixture rows of many kinds into one table, and into its partitions."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.reference import to_reference
from schema_dsl.postgres import Connection
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.seed_values import ColumnValues

_MOST_ROWS: Final = 20
_MOST_REFUSALS: Final = 40

_PARTITIONS: Final = """
    SELECT n.nspname, c.relname
    FROM pg_catalog.pg_partition_tree(%s) AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = t.relid AND t.isleaf AND t.level > 0 AND c.relkind = 'r'
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    ORDER BY n.nspname, c.relname
    LIMIT %s
"""

_Parents = dict[tuple[str, ...], list[tuple[Any, ...]]]


@attrs.define
class TableFiller:
    """Inserts the rows of one table.

    Attributes:
        connection: A session of a role that may write to every table.
        builder: The builder of the rows.
        relation: The table.
        values: The values to try.
        later_keys: The foreign keys that only the other state has.
        inserted: The number of inserted rows.
        refusals: The number of rows that no values of the other columns made valid.
    """

    connection: Connection
    builder: RowBuilder
    relation: TableDescription
    values: ColumnValues
    later_keys: Sequence[ForeignKey] = ()
    inserted: int = 0
    refusals: int = 0

    def insert_plain_rows(self, parents: _Parents, count: int) -> None:
        """Insert rows with defaults, and a row with NULL in all nullable columns.

        Args:
            parents: Present values of foreign keys to use. The rows reference new rows with the other foreign keys.
            count: The number of rows with defaults.
        """
        convertible = {name: self.values.convertible(name) for name in self.values.retyped}
        nullable = [
            name
            for name, field in self.relation.columns.items()
            if not field.not_null and not field.generated
        ]
        parents = parents | self._read_later_parents()
        for number, given in enumerate((*[convertible] * count, convertible | dict.fromkeys(nullable))):
            self._insert(_with_parents(given, parents, number), split=False)

    def insert_varied_rows(self) -> None:
        """Insert rows until each value is in a row, unless no row with the value is valid."""
        parents = self.read_parents() | self._read_later_parents()
        for number, given in enumerate(self.values.list_rows(_MOST_ROWS)):
            self._insert(_with_parents(given, parents, number), split=True)

    def read_parents(self) -> _Parents:
        """Return present values of the foreign keys, because to insert a row for each reference takes long."""
        found = {}
        for key in self.relation.foreign_keys:
            columns, referenced = zip(*key.pairs, strict=True)
            if key.target == self.relation.oid or set(columns) & self.relation.distinct_columns:
                continue
            target = self.builder.tables.by_oid(key.target)
            if rows := self._read_keys((target.schema, target.name), referenced):
                found[columns] = rows
        return found

    def _read_later_parents(self) -> _Parents:
        """Return present values of the foreign keys that only the other state has."""
        found = {}
        for key in self.later_keys:
            target = to_reference(key.references, self.relation.schema)
            relation = (target.schema or self.relation.schema, target.table)
            if set(key.columns) & self.relation.distinct_columns:
                continue
            with contextlib.suppress(psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
                with self.connection.transaction():
                    rows = self._read_keys(relation, target.columns)
                if rows:
                    found[key.columns] = rows
        return found

    def _read_keys(self, table: tuple[str, str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return values of columns, without NULL; as text, because a referencing column may have another type."""
        query = pg.SQL("SELECT {} FROM {} LIMIT {}").format(
            pg.SQL(", ").join(pg.SQL("{}::text").format(pg.Identifier(column)) for column in columns),
            pg.Identifier(*table),
            pg.Literal(_MOST_ROWS),
        )
        return [row for row in self.connection.execute(query).fetchall() if None not in row]

    def _insert(self, given: Mapping[str, Any], *, split: bool) -> None:
        """Insert a row. If no row has all values, insert a row for each half of the values."""
        try:
            row = {**self.values.together, **given}
            self.builder.insert_row((self.relation.schema, self.relation.name), **row)
            self.inserted += 1
        except RowError:
            self.refusals += 1
            if split and len(given) > 1 and self.refusals < _MOST_REFUSALS:
                names = list(given)
                for half in (names[: len(names) // 2], names[len(names) // 2 :]):
                    self._insert({name: given[name] for name in half}, split=True)


def fill_partitions(connection: Connection, builder: RowBuilder, filler: TableFiller) -> None:
    """Insert rows into partitions that have none, because distinct values of the key are in few partitions."""
    table = filler.relation
    for schema, name in connection.execute(_PARTITIONS, [table.oid, _MOST_ROWS]).fetchall():
        query = pg.SQL("SELECT EXISTS (SELECT FROM {})").format(pg.Identifier(schema, name))
        if connection.execute(query).fetchall() == [(False,)]:
            found = builder.tables.by_name((schema, name))
            checks = {**table.checks, **found.checks}
            # Before Postgres 17, a partition does not share the identity columns of its table.
            relation = attrs.evolve(
                table, oid=found.oid, schema=schema, name=name, checks=checks, columns=found.columns
            )
            builder.tables._known[found.oid] = relation  # noqa: SLF001 - the rows of one builder have one description
            attrs.evolve(filler, relation=relation, inserted=0, refusals=0).insert_plain_rows({}, 1)


def _with_parents(given: Mapping[str, Any], parents: _Parents, number: int) -> dict[str, Any]:
    """Return the values of a row with keys that exist, except where a column is to be NULL."""
    values = dict(given)
    for columns, keys in parents.items():
        if all(given.get(column, True) is not None for column in columns):
            values.update(zip(columns, keys[number % len(keys)], strict=True))
    return values
