"""Describe the tables of a database: the columns, checks, unique keys and foreign keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.errors import suggest_similar
from schema_dsl.model.table import Table
from schema_dsl.parsing import list_columns, list_functions
from schema_dsl.postgres import Connection
from schema_dsl.verify.rows.errors import MissingError, RowError
from schema_dsl.verify.values import DatabaseTypes, Evaluator, TypedSlot, distinct_value

PARTITION_BOUNDS: Final = "(the partition's bounds)"
"""The name under which the bounds of a partition, or of some partitions of a table, are among the checks."""

TableName: TypeAlias = str | tuple[str, str] | Table


@attrs.frozen(kw_only=True)
class ColumnDescription:
    """A column.

    Attributes:
        name: The name of the column.
        slot: The type of the column.
        not_null: Whether the column or its domain is NOT NULL.
        default: The default expression; None also if the column must not be NULL and the default is NULL.
        default_varies: Whether rows get different defaults: an identity column or a volatile default.
        generated: Whether the column is GENERATED ALWAYS AS (expression).
        identity: Whether the column is an identity column.
        distinct_slot: The type whose distinct values the column gets; None for its own.
    """

    name: str
    slot: TypedSlot
    not_null: bool
    default: str | None
    default_varies: bool
    generated: bool
    identity: bool
    distinct_slot: TypedSlot | None = None

    def distinct_text(self, number: int) -> str | None:
        """Return the value with a number in Postgres text format; None if the type is unknown."""
        slot = self.distinct_slot or self.slot
        return distinct_value(slot.type, slot.modifier, number, self.name)


@attrs.frozen(kw_only=True)
class ForeignKeyColumns:
    """A foreign key.

    Attributes:
        name: The name of the constraint.
        target: The oid of the referenced table.
        deferrable: Whether the constraint is DEFERRABLE.
        pairs: Pairs of a referencing column and a referenced column.
    """

    name: str
    target: int
    deferrable: bool
    pairs: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class TableDescription:
    """A table.

    Attributes:
        oid: The oid of the table.
        schema: The schema of the table.
        name: The name of the table.
        columns: The columns by name.
        checks: The check expressions by constraint name, and those of NOT NULL of generated columns.
        unique_keys: The columns of each unique index without expressions, by index name.
        index_columns: The columns of each unique index and exclusion constraint, by its name, and the columns that a
            generated one of them reads.
        distinct_columns: All of these columns.
        distinct_null_columns: The columns of NULLS NOT DISTINCT indexes.
        foreign_keys: The foreign keys.
    """

    oid: int
    schema: str
    name: str
    columns: Mapping[str, ColumnDescription]
    checks: Mapping[str, str]
    unique_keys: Mapping[str, tuple[str, ...]]
    index_columns: Mapping[str, frozenset[str]]
    distinct_columns: frozenset[str]
    distinct_null_columns: frozenset[str]
    foreign_keys: tuple[ForeignKeyColumns, ...]

    @property
    def referencing_columns(self) -> frozenset[str]:
        """Return the columns of the foreign keys."""
        return frozenset(here for key in self.foreign_keys for here, _ in key.pairs)

    def without(self, names: Collection[str], nullable: Collection[str]) -> TableDescription:
        """Return the description without some constraints and indexes, and with some columns nullable.

        Args:
            names: The names of the constraints and indexes.
            nullable: The names of the columns.
        """
        indexes = {name: columns for name, columns in self.index_columns.items() if name not in names}
        distinct = frozenset(column for columns in indexes.values() for column in columns)
        return attrs.evolve(
            self,
            columns={
                name: attrs.evolve(column, not_null=column.slot.type.not_null) if name in nullable else column
                for name, column in self.columns.items()
            },
            checks={name: check for name, check in self.checks.items() if name not in names},
            unique_keys={name: key for name, key in self.unique_keys.items() if name not in names},
            index_columns=indexes,
            distinct_columns=distinct,
            distinct_null_columns=self.distinct_null_columns & distinct,
            foreign_keys=tuple(key for key in self.foreign_keys if key.name not in names),
        )

    def __str__(self) -> str:
        """Return the name of the table with its schema."""
        return f"{self.schema}.{self.name}"


@attrs.define(eq=False)
class TableDescriptions:
    """The tables of one database. A table is read once, at the first request."""

    connection: Connection
    types: DatabaseTypes = attrs.field(init=False)
    _known: dict[int, TableDescription] = attrs.field(init=False, factory=dict)
    _names: dict[object, int] = attrs.field(init=False, factory=dict)
    _volatile: dict[tuple[str | None, str], bool] = attrs.field(init=False, factory=dict)
    _null: dict[str, bool] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Use the same connection for the types."""
        self.types = DatabaseTypes(self.connection)

    def by_name(self, table: TableName) -> TableDescription:
        """Return a table by name. The schema is necessary only if several schemas have a table of that name.

        Raises:
            RowError: If no table or more than one table has the name.
        """
        key = (table.schema, table.name) if isinstance(table, Table) else table
        if key not in self._names:
            self._names[key] = self._find(key)
        return self.by_oid(self._names[key])

    def successor(self, *present: TableDescription) -> TableDescriptions:
        """Return descriptions of the same tables after a change of constraints, to be read at the first request.

        Args:
            present: The descriptions that are known.
        """
        new = TableDescriptions(self.connection)
        new.types, new._names, new._volatile = self.types, dict(self._names), self._volatile
        new._null = self._null
        new._known.update((relation.oid, relation) for relation in present)
        return new

    def by_oid(self, oid: int) -> TableDescription:
        """Return a table by oid."""
        if oid not in self._known:
            row = self.connection.execute(_query(), [oid]).fetchone()
            assert row is not None  # noqa: S101 - the oid comes from the catalog
            self._known[oid] = self._read(row[0])
        return self._known[oid]

    def _find(self, key: str | tuple[str, str]) -> int:
        schema, name = key if isinstance(key, tuple) else _parts(key)
        if schema is not None:
            row = self.connection.execute(_TABLE, [schema, name]).fetchone()
            if row is not None:
                return int(row[0])
        rows = self.connection.execute(_TABLES).fetchall()
        found = [row for row in rows if row[2] == name and schema in (None, row[1])]
        if not found and isinstance(key, str):
            # A table name can contain a dot.
            found = [row for row in rows if row[2] == key]
        if len(found) == 1:
            return int(found[0][0])
        if found:
            full_names = ", ".join(f"{row[1]}.{row[2]}" for row in found)
            raise RowError(
                f"several schemas have a table named {name}", instead=f"Name the schema: {full_names}."
            )
        full_name = key if isinstance(key, str) else ".".join(key)
        raise MissingError(
            f"table {full_name} does not exist in this database",
            instead=suggest_similar(name, (row[2] for row in rows), "") or None,
        )

    def _read(self, row: Any) -> TableDescription:
        types = self.types.read(column["type"] for column in row["columns"])
        fields = {
            column["name"]: ColumnDescription(
                name=column["name"],
                slot=TypedSlot(types[column["type"]], column["modifier"], column["written"]),
                not_null=column["not_null"] or types[column["type"]].not_null,
                default=None if self._is_missing(column, types) else column["default"],
                default_varies=column["identity"] or self.is_volatile(column["default"]),
                generated=column["generation"] is not None,
                identity=column["identity"],
            )
            for column in row["columns"]
        }
        checks = {check["name"]: check["expression"] for check in row["checks"]}
        if row["partition"]:
            checks[PARTITION_BOUNDS] = row["partition"]
        generated = {
            column["name"]: column["generation"] for column in row["columns"] if column["generation"]
        }
        checks |= {
            f"(NOT NULL of {name})": f"({expression}) IS NOT NULL"
            for name, expression in generated.items()
            if fields[name].not_null
        }
        distinct = {key["name"]: frozenset(_list_distinct(key, generated)) for key in row["keys"]}
        return TableDescription(
            oid=row["oid"],
            schema=row["schema"],
            name=row["name"],
            columns=fields,
            checks=checks,
            unique_keys={key["name"]: tuple(key["columns"]) for key in row["keys"] if not key["expressions"]},
            index_columns=distinct,
            distinct_columns=frozenset().union(*distinct.values()),
            distinct_null_columns=frozenset().union(
                *(distinct[key["name"]] for key in row["keys"] if key["nulls_too"])
            ),
            foreign_keys=tuple(
                ForeignKeyColumns(
                    name=key["name"],
                    target=key["target"],
                    deferrable=key["deferrable"],
                    pairs=tuple((column, referenced) for column, referenced in key["pairs"]),
                )
                for key in row["foreign_keys"]
            ),
        )

    def _is_missing(self, column: Mapping[str, Any], types: Mapping[Any, Any]) -> bool:
        """Return whether a column must not be NULL and its default is NULL in this session, as that of auth.uid()."""
        text = column["default"]
        required = column["not_null"] or types[column["type"]].not_null
        if not (text and required and list_functions(text)) or self.is_volatile(text):
            return False
        if text not in self._null:
            self._null[text] = Evaluator(self.connection).value(f"({text}) IS NULL") is True
        return self._null[text]

    def is_volatile(self, default: str | None) -> bool:
        """Return whether an expression calls a volatile function, for instance nextval()."""
        called = list_functions(default) if default else ()
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
_TABLE = f"{_TABLES} AND n.nspname = %s AND c.relname = %s"


@cache
def _query() -> bytes:
    return (files(__package__) / "table_description.sql").read_bytes()


def _parts(name: str) -> tuple[str | None, str]:
    schema, dot, table = name.partition(".")
    return (schema, table) if dot else (None, name)


def _list_distinct(key: Any, generated: Mapping[str, str]) -> list[str]:
    """Return the columns of an index, of its expressions, and of the generated columns in it."""
    names = list(key["columns"])
    if key["expressions"]:
        names += [parts[-1] for parts in list_columns(f"ROW({key['expressions']})")]
    return names + [
        parts[-1] for name in names if name in generated for parts in list_columns(generated[name])
    ]
