"""A table that is filled with rows of every kind, in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.table import Table
from schema_dsl.postgres import Connection, last_result
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified
from schema_dsl.verify.access.persons import Person
from schema_dsl.verify.access.provenance import SessionInput
from schema_dsl.verify.access.reads import AccessReads
from schema_dsl.verify.access.row_rules import OwnerPath, RowRules
from schema_dsl.verify.access.statement_runner import StatementRun, run_setup, store_each
from schema_dsl.verify.proof import Sample


@attrs.frozen(kw_only=True)
class WritableColumn:
    """The properties of a column that decide whether a statement can write to the column.

    Attributes:
        name: The name of the column.
        writable: Whether an INSERT can write the column, with OVERRIDING SYSTEM VALUE for an identity.
        updatable: Whether an UPDATE can set the column.
        has_default: Whether an INSERT can leave the column out.
        unique: Whether a unique index contains the column.
        generation: The expression of a generated column.
    """

    name: str
    writable: bool
    updatable: bool
    has_default: bool
    unique: bool
    generation: str | None = None


@attrs.frozen(eq=False)
class FixtureRow:
    """A row of the table.

    Attributes:
        values: The values of all columns in Postgres text format.
        labels: The values that conditions distinguish, for reports: column to "is 'published'".
        owner: The id of the owner; None if the row has no owner.
    """

    values: Mapping[str, str | None]
    labels: Mapping[str, str] = attrs.Factory(dict)
    owner: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class Fixture:
    """The rows and persons of the trials of a table.

    Attributes:
        batches: The rows of every kind. Rows that a unique key forbids together are in different batches.
        context: Further rows of the table, which other rows and callers depend on.
        setup: The statements that insert the rows of other tables.
        persons: The owner of rows, another user with rows, and a user without any row; empty if no condition reads
            the identity of the caller.
        special: Users about whom other tables have rows.
        inputs: The values of session inputs for the owner and for another user.
        reads: The reads that decide on access.
        rules: The rules of the declared access.
        path: The path from a row to its owner.
        sample: The numbers of kinds of rows in the batches and of possible kinds.
        untried: Sentences about kinds of rows that could not be built.
    """

    batches: Sequence[Sequence[FixtureRow]]
    context: Sequence[FixtureRow] = ()
    setup: Sequence[Sql] = ()
    persons: Sequence[Person] = ()
    special: Sequence[Person] = ()
    inputs: Mapping[SessionInput, tuple[str, str]] = attrs.Factory(dict)
    reads: AccessReads
    rules: RowRules
    path: OwnerPath | None
    sample: Sample
    untried: Sequence[str] = ()

    @property
    def rows(self) -> list[FixtureRow]:
        """Return the rows of all batches."""
        return [row for batch in self.batches for row in batch]


@attrs.frozen(eq=False)
class FixtureTable:
    """A table with the rows of a fixture.

    The savepoint "empty" is the table with the context rows alone, the savepoint "rows" is the table with a batch.

    Attributes:
        connection: A connection of a superuser, with an open transaction.
        table: The declared table.
        columns: The columns that the table has.
        fixture: The fixture.
        has_triggers: Whether triggers may change the rows that statements write, or a statement writes defaults.
    """

    connection: Connection
    table: Table
    columns: Sequence[WritableColumn]
    fixture: Fixture
    has_triggers: bool = True

    @property
    def name(self) -> Sql:
        """Return the qualified name of the table in SQL."""
        return qualified(self.table.schema, self.table.name)

    @property
    def _reads_itself(self) -> bool:
        return (self.table.schema, self.table.name) in self.fixture.reads.related

    @property
    def own(self) -> str | None:
        """Return the owner column."""
        return self.table.access.own if self.table.access is not None else None

    @property
    def locations_query(self) -> Sql:
        """Return a query for the locations of the rows that the current role can read."""
        return Sql(f"SELECT {LOCATION} FROM {self.name}")

    def insert_statement(self, row: FixtureRow, columns: Sequence[str]) -> Sql:
        """Return an INSERT of a row as a client sends it.

        Args:
            row: The row.
            columns: The columns to write. The default is the owner column, the columns that conditions distinguish, and
                every writable column without a default.
        """
        chosen = columns or [
            column.name
            for column in self.columns
            if column.writable
            and column.name in row.values
            and (not column.has_default or column.name == self.own or column.name in row.labels)
        ]
        return insert_row(self.name, row.values, chosen)

    def set_up(self) -> int:
        """Insert the rows of other tables that fit, as far as the tables exist; return the number of the others."""
        self.connection.execute(_DISABLE_TRIGGERS)
        return run_setup(self.connection, self.fixture.setup)

    def empty(self) -> list[str]:
        """Delete all rows but those of the context, set the savepoint "empty", and return the locations."""
        run = self.connection.execute
        run(f"{_DISABLE_TRIGGERS}; DELETE FROM {self.name}".encode())
        results = self._store(self.fixture.context)
        run(f"{_ENABLE_TRIGGERS}; SAVEPOINT empty".encode())
        return [result.location for result in results if result.location is not None]

    def insert_rows(self, rows: Sequence[FixtureRow]) -> dict[str, FixtureRow]:
        """Roll back to the savepoint "empty", insert rows that fit, and set the savepoint "rows".

        Triggers and foreign keys do not run, because an unfinished migration may not have created the objects
        that they need.

        Returns:
            The rows that fit, by their locations.

        Raises:
            PostgresError: If no row fits.
        """
        run = self.connection.execute
        run(f"ROLLBACK TO SAVEPOINT empty; {_DISABLE_TRIGGERS}".encode())
        results = self._store(rows)
        run(f"{_ENABLE_TRIGGERS}; SAVEPOINT rows".encode())
        stored = {
            result.location: row
            for result, row in zip(results, rows, strict=True)
            if result.location is not None
        }
        if not stored:
            raise PostgresError(f"no row fits {self.table.name}: {results[0].message}")
        return stored

    def _store(self, rows: Sequence[FixtureRow]) -> list[StatementRun]:
        statements = [Sql(f"{self._full_insert(row)} RETURNING {LOCATION}") for row in rows]
        return store_each(self.connection, statements)

    def _full_insert(self, row: FixtureRow) -> Sql:
        columns = [column.name for column in self.columns if column.writable and column.name in row.values]
        return insert_row(self.name, row.values, columns)

    def keep_only(self, locations: Collection[str]) -> str:
        """Return the statements after which an UPDATE or DELETE reaches no other row of the savepoint "rows".

        The statements delete the other rows. Where the access depends on rows of the table itself, such as a table of
        memberships, a trigger skips the other rows instead: Postgres fires it after USING and before WITH CHECK.
        """
        kept = ", ".join(map(literal, sorted(locations) or [""]))
        if self._reads_itself:
            old = LOCATION.replace("tableoid", "OLD.tableoid").replace("ctid", "OLD.ctid")
            return (
                "CREATE FUNCTION pg_temp.schema_dsl_skip_row() RETURNS trigger LANGUAGE plpgsql "
                "AS 'BEGIN RETURN NULL; END'; "
                # Triggers of one moment fire in the order of their names.
                f'CREATE TRIGGER " schema_dsl_skip_row" BEFORE UPDATE OR DELETE ON {self.name} FOR EACH ROW '
                f"WHEN (({old}) NOT IN ({kept})) EXECUTE FUNCTION pg_temp.schema_dsl_skip_row()"
            )
        return f"{_DISABLE_TRIGGERS}; DELETE FROM {self.name} WHERE {LOCATION} NOT IN ({kept}); {_ENABLE_TRIGGERS}"

    def list_locations(self) -> set[str]:
        """List the locations of all rows as the superuser, in any session."""
        query = f"SET LOCAL SESSION AUTHORIZATION DEFAULT; {self.locations_query}"
        return {location for (location,) in last_result(self.connection.execute(query.encode())).fetchall()}

    def choose_update_column(self, granted: Collection[str]) -> str | None:
        """Return a column that an UPDATE can set without changing columns that conditions read; None if there is none.

        Args:
            granted: The columns that the role may update; empty for all columns.
        """
        read = {*self.fixture.reads.of((self.table.schema, self.table.name)), self.own}
        for row in (*self.fixture.rows[:1], *self.fixture.context[:1]):
            read |= set(row.labels)
        return next(
            (
                column.name
                for column in self.columns
                if column.updatable
                and not column.unique
                and column.name not in read
                and (not granted or column.name in granted)
            ),
            None,
        )


LOCATION: Final = "tableoid::text || ctid::text"
# Only a superuser may set this. It disables triggers, and Postgres implements foreign keys as triggers.
_DISABLE_TRIGGERS: Final = "SET LOCAL session_replication_role = replica"
_ENABLE_TRIGGERS: Final = "SET LOCAL session_replication_role = origin"


def insert_row(table: Sql, values: Mapping[str, str | None], columns: Sequence[str]) -> Sql:
    """Return an INSERT of some columns of a row."""
    if not columns:
        return Sql(f"INSERT INTO {table} DEFAULT VALUES")
    written = ", ".join(literal(values[column]) for column in columns)
    # Without it, no INSERT may write a column that is GENERATED ALWAYS AS IDENTITY.
    return Sql(f"INSERT INTO {table} ({identifiers(columns)}) OVERRIDING SYSTEM VALUE VALUES ({written})")


def read_columns(connection: Connection, table: Table) -> list[WritableColumn]:
    """Read the present columns of a table; return an empty list if the table does not exist."""
    found = connection.execute(_COLUMNS, [qualified(table.schema, table.name)]).fetchall()
    return [
        WritableColumn(
            name=name,
            writable=writable,
            updatable=updatable,
            has_default=has_default,
            unique=unique,
            generation=generation,
        )
        for name, writable, updatable, has_default, unique, generation in found
    ]


_COLUMNS: Final = """
    SELECT a.attname, a.attgenerated = '', a.attgenerated = '' AND a.attidentity <> 'a',
        -- A partition takes only some values of its key, which need not include the default.
        (a.atthasdef OR a.attidentity <> '') AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_partition_ancestors(a.attrelid) AS x
            JOIN pg_catalog.pg_partitioned_table AS t ON t.partrelid = x.relid
            JOIN pg_catalog.pg_attribute AS k ON k.attrelid = t.partrelid AND k.attnum = ANY (t.partattrs)
            WHERE k.attname = a.attname
        ),
        EXISTS (SELECT FROM pg_catalog.pg_index AS i
            WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
        CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = pg_catalog.to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
"""


def has_row_triggers(connection: Connection, table: Table) -> bool:
    """Return whether a table has triggers that run before a row is written, or instead of that."""
    row = connection.execute(_TRIGGERS, [qualified(table.schema, table.name)]).fetchone()
    return row == (True,)


# TRIGGER_TYPE_ROW is 1, TRIGGER_TYPE_BEFORE is 2.
_TRIGGERS: Final = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
        WHERE t.tgrelid = pg_catalog.to_regclass(%s) AND NOT t.tgisinternal AND t.tgtype & 3 = 3)
"""


def read_rows(
    connection: Connection, table: Sql, alias: str, columns: Sequence[WritableColumn], owner: Sql | None
) -> Iterator[tuple[str, str | None, dict[str, str | None]]]:
    """Yield the location, the owner and the values of the rows of a table, all in Postgres text format."""
    names = [column.name for column in columns]
    expressions = ", ".join(f"{identifier(alias)}.{identifier(name)}::text" for name in names)
    query = (
        f"SELECT {LOCATION}, {owner or 'NULL'}{', ' if names else ''}{expressions} "
        f"FROM {table} AS {identifier(alias)}"
    )
    for location, owner_id, *values in connection.execute(query.encode()).fetchall():
        yield location, owner_id, dict(zip(names, values, strict=True))
