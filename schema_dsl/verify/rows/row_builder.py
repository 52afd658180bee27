"""Build and insert rows of any table."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
from psycopg.pq import TransactionStatus

from schema_dsl.errors import suggest_similar
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, rolled_back
from schema_dsl.verify.rows.errors import MissingError
from schema_dsl.verify.rows.filler import ANY_VALUE, Filler
from schema_dsl.verify.rows.statements import insert_values
from schema_dsl.verify.rows.table_description import TableDescription, TableDescriptions, TableName
from schema_dsl.verify.rows.value_choice import CheckGroup, ColumnValueOption


@attrs.define(eq=False)
class RowBuilder:
    """Builds rows of any table of a database, from its types, constraints and foreign keys.

    The builder reads the description of a table once.

    Attributes:
        connection: A connection that may insert rows.
        wanted: The declared schema. If no generated values pass a check, the builder uses the examples in
            `Check(accepts=[...])`.
        tables: The descriptions of the tables.
    """

    connection: Connection
    wanted: Catalog = attrs.Factory(Catalog)
    tables: TableDescriptions = attrs.field(
        default=attrs.Factory(lambda self: TableDescriptions(self.connection), takes_self=True)
    )
    _filler: Filler = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Create the filler."""
        self._filler = Filler(self.connection, self.wanted, self.tables)

    def insert_row(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Insert a row, with the rows that its foreign keys reference, and return the inserted row.

        Args:
            table: The table as "notes", "public.notes", ("public", "notes") or a Table. The schema is necessary
                only if several schemas have a table of that name.
            given: Values of columns: Python values, SQL as `sql("...")`, or `ANY_VALUE` for any value but NULL.
                The builder chooses the values of the other columns.

        Raises:
            RowError: If no row can be built.
        """
        relation = self.tables.by_name(table)
        with self._undoing_parents(relation, given):
            return self._filler.insert_row(relation, self._check_names(relation, given), ())

    def build_values(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Return the values to insert, and insert the rows that the foreign keys reference.

        Args:
            table: The table, as in `insert_row`.
            given: Values of columns, as in `insert_row`.

        Returns:
            The values as parameters of an INSERT, without the columns that get their default.

        Raises:
            RowError: If no row can be built.
        """
        relation = self.tables.by_name(table)
        with self._undoing_parents(relation, given):
            return self._filler.fill(relation, self._check_names(relation, given)).values

    def build_unchecked_values(
        self, table: TableName, given: Mapping[str, Any] | None, *, without: str | None = None
    ) -> dict[str, Any]:
        """Return the values to insert, which may fail checks that no generated values pass.

        Args:
            table: The table, as in `insert_row`.
            given: Values of columns, as in `insert_row`.
            without: The name of a check to ignore.
        """
        relation, given = self.tables.by_name(table), given or {}
        with self._undoing_parents(relation, given):
            return self._filler.fill(relation, given, strict=False, without=without).values

    def _undoing_parents(
        self, relation: TableDescription, given: Mapping[str, Any]
    ) -> contextlib.AbstractContextManager[object]:
        """Return a context in which an error undoes the rows that foreign keys reference, if any may be inserted."""
        if all(given.get(column, ANY_VALUE) is not ANY_VALUE for column in relation.referencing_columns):
            return contextlib.nullcontext()
        return self.connection.transaction()

    def insert_values(
        self, table: TableName, values: Mapping[str, Any], *, returning: str = "*"
    ) -> dict[str, Any]:
        """Insert exactly these values and return the RETURNING values; let the errors of Postgres pass."""
        return insert_values(self.connection, self.tables.by_name(table), values, returning)

    def try_values(
        self, table: TableName, choose: Callable[[], Mapping[str, Any]], *, returning: str = "*"
    ) -> dict[str, Any]:
        """Insert exactly the values that a function chooses, and undo everything; let the errors of Postgres pass.

        Returns:
            The RETURNING values.
        """
        relation = self.tables.by_name(table)
        is_idle = self.connection.info.transaction_status is TransactionStatus.IDLE
        if relation.foreign_keys or is_idle:
            # The function may insert the rows that the foreign keys reference.
            with self.rolled_back():
                return insert_values(self.connection, relation, choose(), returning)
        with self._filler.chooser.restoring_used_values():
            return insert_values(self.connection, relation, choose(), returning, undo=True)

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Roll back, at the end of the block, every change on the connection, and reuse the chosen values."""
        with self._filler.chooser.restoring_used_values(), rolled_back(self.connection):
            yield

    def list_candidates(self, relation: TableDescription, column: str) -> list[str | None]:
        """Return values for a column that derive from the constants in its checks, as text."""
        return [option.text for option in self._filler.chooser.list_candidates(relation, column)]

    def list_check_groups(self, relation: TableDescription) -> tuple[CheckGroup, ...]:
        """Return the groups of checks that share columns."""
        return self._filler.chooser.list_groups(relation)

    def can_complete(self, relation: TableDescription, texts: Mapping[str, str | None]) -> bool:
        """Return whether values pass the checks of several columns with some values of the other columns."""
        chooser = self._filler.chooser
        given = {column: ColumnValueOption(text) for column, text in texts.items()}
        with chooser.restoring_used_values():
            return all(
                chooser.choose_group(
                    relation, group, {name: given[name] for name in group.columns if name in given}, 1
                )
                is not None
                for group in chooser.list_groups(relation)
                if len(group.columns) > 1 and not given.keys().isdisjoint(group.columns)
            )

    @property
    def inserted(self) -> list[tuple[TableDescription, dict[str, Any]]]:
        """Return the rows that were inserted, with their tables, in order."""
        return self._filler.inserted

    def format_texts(
        self, relation: TableDescription, values: Mapping[str, Any]
    ) -> dict[str, str | None] | None:
        """Return values in Postgres text format; return None if a value does not fit the type of its column."""
        return self._filler.format_texts(relation, values)

    def _check_names(self, relation: TableDescription, given: Mapping[str, Any]) -> dict[str, Any]:
        for name in given:
            if name not in relation.columns:
                raise MissingError(
                    f"{relation} has no column {name}",
                    instead=suggest_similar(
                        name, relation.columns, f"Columns of {relation}: {', '.join(relation.columns)}."
                    ),
                )
        return dict(given)
