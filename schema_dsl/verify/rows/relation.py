"""What a database says of its tables, so far as filling a row needs it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import attrs

from schema_dsl.model.table import Table
from schema_dsl.parsing import columns_of, functions_of
from schema_dsl.postgres import Connection
from schema_dsl.verify.rows.errors import MissingError, RowError
from schema_dsl.verify.values import DatabaseTypes, TypedSlot

TableName: TypeAlias = str | tuple[str, str] | Table


@attrs.frozen(kw_only=True)
class ColumnDescription:
    """A column. A `lasting` default differs from row to row."""

    name: str
    place: TypedSlot
    not_null: bool
    default: str | None
    lasting: bool
    computed: bool
    identity: bool


@attrs.frozen(kw_only=True)
class ForeignKeyColumns:
    """A foreign key: pairs of a column here and one of the target."""

    name: str
    target: int
    deferrable: bool
    pairs: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class TableDescription:
    """A table.

    `unique` are the columns of its keys, by their names. No two rows should be alike in a `distinct` column, not
    even in NULL in `distinct_nulls`.
    """

    oid: int
    schema: str
    name: str
    fields: Mapping[str, ColumnDescription]
    checks: Mapping[str, str]
    unique: Mapping[str, tuple[str, ...]]
    distinct: frozenset[str]
    distinct_nulls: frozenset[str]
    keys: tuple[ForeignKeyColumns, ...]

    @property
    def pointing(self) -> frozenset[str]:
        """Give the columns of foreign keys."""
        return frozenset(here for key in self.keys for here, _ in key.pairs)

    def __str__(self) -> str:
        """Name it for a person."""
        return f"{self.schema}.{self.name}"


@attrs.define(eq=False)
class TableDescriptions:
    """The tables of one database, each read once, when it is first asked for."""

    connection: Connection
    types: DatabaseTypes = attrs.field(init=False)
    _known: dict[int, TableDescription] = attrs.field(init=False, factory=dict)
    _names: dict[object, int] = attrs.field(init=False, factory=dict)
    _volatile: dict[tuple[str | None, str], bool] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Share what is known of types."""
        self.types = DatabaseTypes(self.connection)

    def named(self, table: TableName) -> TableDescription:
        """Find a table by its name, which needs its schema only where several have one of that name.

        Raises:
            RowError: If there is none, or more than one.
        """
        key = (table.schema, table.name) if isinstance(table, Table) else table
        if key not in self._names:
            self._names[key] = self._find(key)
        return self.at(self._names[key])

    def at(self, oid: int) -> TableDescription:
        """Give a table by its number in the catalog."""
        if oid not in self._known:
            row = self.connection.execute(_query(), [oid]).fetchone()
            assert row is not None  # noqa: S101 - it was found by a query, or is what a foreign key points to
            self._known[oid] = self._read(row[0])
        return self._known[oid]

    def _find(self, key: str | tuple[str, str]) -> int:
        schema, name = key if isinstance(key, tuple) else _parts(key)
        rows = self.connection.execute(_TABLES).fetchall()
        found = [row for row in rows if row[2] == name and schema in (None, row[1])]
        if not found and isinstance(key, str):
            # A name may have a dot in it.
            found = [row for row in rows if row[2] == key]
        if len(found) == 1:
            return int(found[0][0])
        if found:
            several = ", ".join(f"{row[1]}.{row[2]}" for row in found)
            raise RowError(f"there are several tables named {name}", instead=f"Say which: {several}.")
        near = get_close_matches(name, [row[2] for row in rows], n=1)
        shown = key if isinstance(key, str) else ".".join(key)
        raise MissingError(
            f"there is no table {shown} in this database",
            instead=f"Did you mean {near[0]}?" if near else None,
        )

    def _read(self, told: Any) -> TableDescription:
        types = self.types.at(column["type"] for column in told["columns"])
        fields = {
            column["name"]: ColumnDescription(
                name=column["name"],
                place=TypedSlot(types[column["type"]], column["modifier"], column["written"]),
                not_null=column["not_null"] or types[column["type"]].not_null,
                default=column["default"],
                lasting=column["identity"] or self.varies(column["default"]),
                computed=column["computed"],
                identity=column["identity"],
            )
            for column in told["columns"]
        }
        checks = {each["name"]: each["expression"] for each in told["checks"]}
        if told["partition"]:
            checks["(the partition's bounds)"] = told["partition"]
        return TableDescription(
            oid=told["oid"],
            schema=told["schema"],
            name=told["name"],
            fields=fields,
            checks=checks,
            unique={key["name"]: tuple(key["columns"]) for key in told["keys"] if not key["expressions"]},
            distinct=frozenset(name for key in told["keys"] for name in _distinct(key)),
            distinct_nulls=frozenset(
                name for key in told["keys"] if key["nulls_too"] for name in _distinct(key)
            ),
            keys=tuple(
                ForeignKeyColumns(
                    name=key["name"],
                    target=key["target"],
                    deferrable=key["deferrable"],
                    pairs=tuple((here, there) for here, there in key["pairs"]),
                )
                for key in told["foreign_keys"]
            ),
        )

    def varies(self, default: str | None) -> bool:
        """Say whether an expression may give something else each time, as nextval() does."""
        called = functions_of(default) if default else ()
        for function in called:
            if function not in self._volatile:
                row = self.connection.execute(
                    "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proname = %s AND provolatile = 'v')",
                    [function[1]],
                ).fetchone()
                self._volatile[function] = bool(row and row[0])
        return any(self._volatile[function] for function in called)


_TABLES = """
    SELECT c.oid::bigint, n.nspname, c.relname
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""


@cache
def _query() -> bytes:
    return (files(__package__) / "relation.sql").read_bytes()


def _parts(name: str) -> tuple[str | None, str]:
    schema, dot, table = name.partition(".")
    return (schema, table) if dot else (None, name)


def _distinct(key: Any) -> list[str]:
    names = list(key["columns"])
    if key["expressions"]:
        names += [parts[-1] for parts in columns_of(f"ROW({key['expressions']})")]
    return names
