"""The sandbox of the probes: a transaction that tries statements and rolls them back."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.parsing import list_columns
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, literal
from schema_dsl.verify.rows import MissingError, RowBuilder, RowError
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import Evaluator, TypedSlot

CHECK_VIOLATION, NOT_NULL_VIOLATION, UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, EXCLUSION_VIOLATION = (
    "23514",
    "23502",
    "23505",
    "23503",
    "23P01",
)
# Until PostgreSQL 17, RESTRICT raises foreign_key_violation, like NO ACTION.
RESTRICT_VIOLATION = "23001"


_TRIGGERED = """
    SELECT DISTINCT n.nspname, c.relname
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND c.relkind IN ('r', 'p')
"""


@attrs.frozen
class StatementResult:
    """The result of a statement.

    Attributes:
        sqlstate: The SQLSTATE of the error; None if Postgres accepted the statement.
        constraint: The constraint that the error names.
        column: The column or domain that the error names.
        message: The message of the error.
        deferred: Whether the check of deferred constraints raised the error, after the statement.
    """

    sqlstate: str | None = None
    constraint: str | None = None
    column: str | None = None
    message: str = ""
    deferred: bool = False

    @property
    def accepted(self) -> bool:
        """Return whether Postgres accepted the statement."""
        return self.sqlstate is None

    @property
    def passes_checks(self) -> bool:
        """Return whether the row passed NOT NULL and the checks. Postgres checks keys after them."""
        return self.sqlstate in {None, UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, EXCLUSION_VIOLATION}

    def is_refused_by(self, sqlstate: str, name: str) -> bool:
        """Return whether a constraint refused the statement with a SQLSTATE."""
        return self.sqlstate == sqlstate and self.constraint == name

    def __str__(self) -> str:
        """Return the result as a short phrase, for instance "refused by notes_pkey (23505)"."""
        if self.accepted:
            return "accepted"
        by = self.constraint or self.column
        return f"refused by {by} ({self.sqlstate})" if by else f"refused: {self.message} ({self.sqlstate})"


@attrs.define
class ProbeResult:
    """The result of probing one object.

    Attributes:
        accepted: The number of statements that Postgres accepted as expected.
        refused: The number of statements that Postgres refused as expected.
        failures: A sentence per difference from the declaration.
        notes: Sentences about behavior that could not be tried.
    """

    accepted: int = 0
    refused: int = 0
    failures: list[str] = attrs.Factory(list)
    notes: list[str] = attrs.Factory(list)

    @property
    def has_results(self) -> bool:
        """Return whether the probe tried anything."""
        return bool(self.accepted or self.refused or self.failures)

    def expect_accepted(self, holds: bool, sentence: str) -> None:  # noqa: FBT001
        """Count a statement that must be accepted, or add a failure."""
        self._count("accepted", holds, sentence)

    def expect_refused(self, holds: bool, sentence: str) -> None:  # noqa: FBT001
        """Count a statement that must be refused, or add a failure."""
        self._count("refused", holds, sentence)

    def _count(self, what: str, holds: bool, sentence: str) -> None:  # noqa: FBT001
        if holds:
            setattr(self, what, getattr(self, what) + 1)
        else:
            self.failures.append(sentence)


@attrs.define(eq=False)
class Sandbox:
    """A transaction on a database with the declared objects, to try rows in and roll back.

    Attributes:
        connection: A superuser connection.
        wanted: The declared schema.
        factory: The builder of rows.
        evaluator: The evaluator of expressions.
        version: The version of the server, for instance 170000.
    """

    connection: Connection
    wanted: Catalog
    factory: RowBuilder = attrs.field(init=False)
    evaluator: Evaluator = attrs.field(init=False)
    version: int = attrs.field(init=False)
    _base_values: dict[int, dict[str, Any]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Use the same connection for the builder of rows and the evaluator."""
        self.factory = RowBuilder(self.connection, self.wanted)
        self.evaluator = Evaluator(self.connection)
        self.version = self.connection.info.server_version

    def disable_triggers(self) -> None:
        """Disable the user triggers of all tables until the transaction is rolled back.

        A BEFORE trigger that fills a column would keep NULL from reaching the NOT NULL constraint of the column.
        """
        for schema, table in self.connection.execute(_TRIGGERED).fetchall():
            name = pg.Identifier(schema, table)
            self.connection.execute(pg.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))

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
        if self.is_declared(identity, name):
            column = self.wanted.objects[table_part("column", *identity.relation, name)]
            return not column.not_null and column.identity is None
        return not self.describe_table(identity).columns[name].not_null

    def slots_of(self, identity: Identity, expression: str) -> dict[str, TypedSlot]:
        """Return the declared types of the columns that an expression names.

        Raises:
            MissingError: If a column does not exist in the database.
        """
        relation = self.describe_table(identity)
        slots = {}
        for name in dict.fromkeys(parts[-1] for parts in list_columns(expression)):
            slot = self.slot_of(relation, name)
            column = self.declared_column(identity, name)
            is_declared = column is not None and self.is_declared(identity, name)
            slots[name] = attrs.evolve(slot, written=column.type.sql) if is_declared and column else slot
        return slots

    def slot_of(self, relation: TableDescription, name: str) -> TypedSlot:
        """Return the type of a column in the database.

        Raises:
            MissingError: If the column does not exist in the database.
        """
        if name not in relation.columns:
            raise MissingError(f"{relation} has no column {name}")
        return relation.columns[name].slot

    def prepare_base_rows(self, objects: Iterable[Identity]) -> None:
        """Build base rows before the first trial, so that no rollback removes the rows that they reference."""
        for schema, table in dict.fromkeys(identity.relation for identity in objects):
            # The probe of every object of the table reports the error.
            with contextlib.suppress(RowError):
                self.base_values(self.factory.tables.by_name((schema, table)))

    def base_values(self, relation: TableDescription) -> dict[str, Any]:
        """Return the values of a row, which may fail checks, and insert the rows that the row references.

        Raises:
            RowError: If no row can be built.
        """
        if relation.oid not in self._base_values:
            self._base_values[relation.oid] = self.factory.build_unchecked_values(
                (relation.schema, relation.name)
            )
        return self._base_values[relation.oid]

    def complete_values(self, relation: TableDescription, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a row that has the given values and passes all checks."""
        return self.factory.build_values((relation.schema, relation.name), **given)

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
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            diag = error.diag
            return StatementResult(
                error.sqlstate or "?",
                diag.constraint_name,
                diag.column_name or diag.datatype_name,
                diag.message_primary or str(error),
                deferred,
            )
        return StatementResult()

    def try_insert(self, relation: TableDescription, values: Mapping[str, Any]) -> StatementResult:
        """Insert exactly these values, return the result, and roll back."""
        name = (relation.schema, relation.name)
        # The INSERT does not return the row, because Python cannot represent every Postgres value.
        return self.try_action(lambda: self.factory.insert_values(name, values, returning="true AS accepted"))

    def try_insert_with(
        self,
        relation: TableDescription,
        given: Mapping[str, Any],
        fits: Callable[[StatementResult], bool],
        *,
        without: str | None = None,
    ) -> StatementResult:
        """Insert a row with the given values, return the result, and roll back.

        The other values are the base values. If the result does not fit, they may be the cause: then the second try
        chooses values that suit the given values.

        Args:
            relation: The table.
            given: The given values.
            fits: Returns whether a result needs no second try.
            without: The name of a check to ignore in the second try.
        """
        answer = self.try_insert(relation, {**self.base_values(relation), **given})
        if fits(answer):
            return answer
        try:
            with self.rolled_back():
                name = (relation.schema, relation.name)
                return self.try_insert(
                    relation, self.factory.build_unchecked_values(name, given, without=without)
                )
        except RowError:
            return answer


def format_values(values: Mapping[str, Any]) -> str:
    """Return values for display."""
    return ", ".join(f"{name} = {format_value(value)}" for name, value in values.items())


def format_value(value: Any) -> str:
    """Return a value for display. A text that looks like a number gets no quotes, because it may be a number."""
    if isinstance(value, Sql) or (isinstance(value, str) and _NUMBER.match(value)):
        return str(value)
    try:
        return str(literal(value))
    except TypeError:
        return str(value)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
