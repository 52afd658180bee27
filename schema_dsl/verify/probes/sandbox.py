"""The sandbox of the probes: a transaction that tries statements and rolls them back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.serial import find_serial_base
from schema_dsl.parsing import list_columns
from schema_dsl.platforms import CallerSetting
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.probes.answers import StatementResult, read_error
from schema_dsl.verify.probes.isolation import Isolation, Removed, TableKey
from schema_dsl.verify.rows import MissingError, RowBuilder
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import Condition, Evaluator, TypedSlot

# An INSERT does not return the row, because Python cannot represent every Postgres value.
_ACCEPTED = "true AS accepted"
_CALLER = "5eed0000-0000-4000-8000-00000000ca11"
_TRIGGERED = """
    SELECT DISTINCT n.nspname, c.relname
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND c.relkind IN ('r', 'p')
"""
_RULES = """
    SELECT n.nspname, c.relname, r.rulename
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
"""
_DEFERRABLE = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE condeferrable)
        OR EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable)
"""
_GENERATED = """
    SELECT a.attname::text, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = %s AND a.attgenerated <> '' AND NOT a.attisdropped
"""


# An error names the index of the partition.
_INDEXES_OF_PARTITIONS = """
    SELECT n.nspname, x.relname, r.relname
    FROM pg_catalog.pg_class AS x
    JOIN pg_catalog.pg_namespace AS n ON n.oid = x.relnamespace
    JOIN pg_catalog.pg_class AS r ON r.oid = pg_catalog.pg_partition_root(x.oid)
    WHERE x.relkind IN ('i', 'I') AND x.relispartition
"""
# A foreign key to a partitioned table has a further constraint for each partition, which the error names.
_KEYS_TO_PARTITIONS = """
    WITH RECURSIVE part (schema, relation, name, oid, root) AS (
        SELECT n.nspname, r.relname, c.conname, c.oid, c.conname
        FROM pg_catalog.pg_constraint AS c
        JOIN pg_catalog.pg_class AS r ON r.oid = c.conrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
        WHERE c.contype = 'f' AND c.conparentid = 0
        UNION ALL
        SELECT p.schema, p.relation, c.conname, c.oid, p.root
        FROM part AS p
        JOIN pg_catalog.pg_constraint AS c ON c.conparentid = p.oid
    )
    SELECT schema, relation, name, root FROM part WHERE name <> root
"""


@attrs.define(eq=False)
class Sandbox:
    """A transaction on a database with the declared objects, to try rows in and roll back.

    Attributes:
        connection: A superuser connection.
        wanted: The declared schema.
        seed: The seed that selects the trials where not all of them can be made.
        caller: The configuration that identifies the caller; None if it is unknown.
        factory: The builder of rows.
        evaluator: The evaluator of expressions.
        version: The version of the server, for instance 170000.
        has_deferrable: Whether the database has constraints or triggers that can wait for the end of the transaction.
    """

    connection: Connection
    wanted: Catalog
    seed: int = 0
    caller: CallerSetting | None = None
    factory: RowBuilder = attrs.field(init=False)
    evaluator: Evaluator = attrs.field(init=False)
    version: int = attrs.field(init=False)
    has_deferrable: bool = attrs.field(init=False)
    _isolation: Isolation = attrs.field(init=False)
    _indexes: dict[tuple[str, str], str] = attrs.field(init=False)
    _keys: dict[tuple[str, str, str], str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Use the same connection for the builder of rows and the evaluator."""
        self.factory = RowBuilder(self.connection, self.wanted)
        self.evaluator = Evaluator(self.connection)
        self._isolation = Isolation(self.connection, self.wanted)
        self.version = self.connection.info.server_version
        row = self.connection.execute(_DEFERRABLE).fetchone()
        self.has_deferrable = row is None or row[0]
        rows = self.connection.execute(_INDEXES_OF_PARTITIONS).fetchall()
        self._indexes = {(schema, name): root for schema, name, root in rows}
        rows = self.connection.execute(_KEYS_TO_PARTITIONS).fetchall()
        self._keys = {(schema, table, name): root for schema, table, name, root in rows}

    def disable_reactions(self) -> None:
        """Disable the user triggers and the rules of all tables until the transaction is rolled back.

        A BEFORE trigger that fills a column would keep NULL from reaching the NOT NULL constraint of the column, and a
        rule may insert other rows.
        """
        for schema, table in self.connection.execute(_TRIGGERED).fetchall():
            name = pg.Identifier(schema, table)
            self.connection.execute(pg.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        for schema, table, rule in self.connection.execute(_RULES).fetchall():
            name = pg.Identifier(schema, table)
            command = pg.SQL("ALTER TABLE {} DISABLE RULE {}").format(name, pg.Identifier(rule))
            self.connection.execute(command)

    def describe_table(self, identity: Identity) -> TableDescription:
        """Return the description of the table of an object."""
        return self.factory.tables.by_name(identity.relation)

    def declared_column(self, identity: Identity, name: str) -> Column | None:
        """Return a declared column of the table of an object; None if the column is not declared."""
        table = self.wanted.tables.get(identity.relation)
        return next((column for column in table.all_columns if column.name == name), None) if table else None

    def is_declared(self, identity: Identity, name: str) -> bool:
        """Return whether the definitions create a column, and do not only name it under `existing=`."""
        return table_part("column", *identity.relation, name) in self.wanted.objects

    def is_nullable(self, identity: Identity, name: str) -> bool:
        """Return whether a column is nullable: as declared, or as in the database if it is not a declared object."""
        field = self.describe_table(identity).columns[name]
        if field.slot.type.not_null:
            # The type is a domain that is NOT NULL.
            return False
        if self.is_declared(identity, name):
            column = self.wanted.objects[table_part("column", *identity.relation, name)]
            return not column.not_null and column.identity is None
        return not field.not_null

    def condition_of(self, identity: Identity, expression: str) -> Condition:
        """Return a condition or expression on the columns of the table of an object, to evaluate for rows.

        A generated column stands for the columns that its expression uses.

        Raises:
            MissingError: If a column does not exist in the database.
        """
        relation = self.describe_table(identity)
        names = dict.fromkeys(parts[-1] for parts in list_columns(expression))
        slots = {name: self.slot_of(relation, name) for name in names}
        computed = {name: text for name, text in self.generated_columns(identity).items() if name in names}
        bases = dict.fromkeys(parts[-1] for text in computed.values() for parts in list_columns(text))
        slots |= {name: self.slot_of(relation, name) for name in bases}
        return Condition(
            expression,
            relation.name,
            {
                name: self._declare_type(identity, name, slot)
                for name, slot in slots.items()
                if name not in computed
            },
            {name: Sql(f"CAST(({text}) AS {slots[name].written})") for name, text in computed.items()},
        )

    def generated_columns(self, identity: Identity) -> dict[str, str]:
        """Return the expressions of the generated columns of a table: as declared, or else as in the database."""
        relation = self.describe_table(identity)
        if not any(field.generated for field in relation.columns.values()):
            return {}
        found: dict[str, str] = dict(self.connection.execute(_GENERATED, [relation.oid]).fetchall())
        for name in found:
            column = self.declared_column(identity, name)
            if column is not None and column.generated is not None:
                found[name] = column.generated
        return found

    def _declare_type(self, identity: Identity, name: str, slot: TypedSlot) -> TypedSlot:
        column = self.declared_column(identity, name)
        if column is None or not self.is_declared(identity, name):
            return slot
        # No value can be cast to a serial type.
        return attrs.evolve(slot, written=find_serial_base(column.type.sql) or column.type.sql)

    def slot_of(self, relation: TableDescription, name: str) -> TypedSlot:
        """Return the type of a column in the database.

        Raises:
            MissingError: If the column does not exist in the database.
        """
        if name not in relation.columns:
            raise MissingError(f"{relation} has no column {name}")
        return relation.columns[name].slot

    @contextmanager
    def isolated(self, identity: Identity, *others: TableKey) -> Iterator[TableDescription]:
        """Remove everything but one object that could refuse a row, and roll back at the end of the block.

        Args:
            identity: The object.
            others: Further tables to clear.

        Yields:
            The description of the cleared table of the object.

        Raises:
            MissingError: If a table does not exist.
        """
        for key in (identity.relation, *others):
            self.factory.tables.by_name(key)
        with self._altered(identity, lambda: self._isolation.isolate(identity, *others)) as relation:
            yield relation

    @contextmanager
    def without_constraints(self, identity: Identity) -> Iterator[None]:
        """Remove the constraints and unique indexes of the table of an object, and roll back at the end of the block.

        Objects whose isolation removes them all are isolated faster in the block.
        """
        with self._altered(identity, lambda: (self._isolation.remove_constraints(identity.relation), set())):
            yield

    @contextmanager
    def _altered(self, identity: Identity, alter: Callable[[], Removed]) -> Iterator[TableDescription]:
        factory, before = self.factory, self.describe_table(identity)
        try:
            with self.rolled_back():
                names, nullable = alter()
                # The builder of rows knows the constraints from before.
                relation = before.without(names, nullable)
                self.factory = RowBuilder(self.connection, tables=factory.tables.successor(relation))
                yield relation
        finally:
            self.factory = factory

    def insert(
        self, relation: TableDescription, values: Mapping[str, Any], *, without: str | None = None
    ) -> None:
        """Insert a row with the given values; the other columns get their defaults, or values if they need one.

        Args:
            relation: The table.
            values: The values.
            without: The name of a check that the other columns need not satisfy.
        """
        name = (relation.schema, relation.name)
        chosen = self.factory.build_unchecked_values(name, values, without=without)
        self.factory.insert_values(name, chosen, returning=_ACCEPTED)

    @contextmanager
    def as_caller(self) -> Iterator[None]:
        """Send the id of a caller in the block, which functions such as auth.uid() return."""
        caller = self.caller
        if caller is None or caller.is_role:
            yield
            return
        claims = _CALLER if caller.key is None else json.dumps({caller.key: _CALLER})
        self._set_caller(caller, claims)
        yield
        self._set_caller(caller, "")

    def _set_caller(self, caller: CallerSetting, value: str) -> None:
        self.connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", [caller.parameter, value])

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Roll back every change at the end of the block."""
        with self.factory.rolled_back():
            yield

    def try_action(self, act: Callable[[], Any], *, defer: str | None = None) -> StatementResult:
        """Run statements, return the result, and roll back.

        Args:
            act: A function that runs the statements.
            defer: The qualified name of a constraint to defer until after the statements.
        """
        deferred = False
        try:
            with self.rolled_back():
                if defer is not None:
                    self.connection.execute(f"SET CONSTRAINTS {defer} DEFERRED".encode())
                act()
                deferred = True
                if self.has_deferrable:
                    self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            return self._read_error(error, deferred=deferred)
        return StatementResult()

    def _read_error(self, error: psycopg.Error, *, deferred: bool) -> StatementResult:
        """Return the result of a refused statement; the index or key of a partition stands for that of its table."""
        result = read_error(error, deferred=deferred)
        schema, name = error.diag.schema_name or "", result.constraint or ""
        root = self._indexes.get((schema, name)) or self._keys.get(
            (schema, error.diag.table_name or "", name)
        )
        return result if root is None else attrs.evolve(result, constraint=root)

    def try_insert(
        self,
        relation: TableDescription,
        values: Mapping[str, Any],
        *,
        defer: str | None = None,
        without: str | None = None,
    ) -> StatementResult:
        """Insert a row as `insert` does, return the result, and roll back."""
        if defer is not None or self.has_deferrable:
            return self.try_action(lambda: self.insert(relation, values, without=without), defer=defer)
        name = (relation.schema, relation.name)
        answer, _ = self.try_values(
            relation,
            lambda: self.factory.build_unchecked_values(name, values, without=without),
            returning=_ACCEPTED,
        )
        return answer

    def try_values(
        self, relation: TableDescription, choose: Callable[[], Mapping[str, Any]], *, returning: str
    ) -> tuple[StatementResult, dict[str, Any]]:
        """Insert the values that a function chooses, return the result and the RETURNING values, and roll back."""
        try:
            row = self.factory.try_values((relation.schema, relation.name), choose, returning=returning)
        except psycopg.Error as error:
            return self._read_error(error, deferred=False), {}
        return StatementResult(), row
