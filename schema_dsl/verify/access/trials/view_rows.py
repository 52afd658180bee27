"""Read the rows of a view, as a caller and as a superuser, with fixture rows in the tables that the view reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.postgres import last_result
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable
from schema_dsl.verify.access.trial import Caller, ObservedAccess, Trial
from schema_dsl.verify.access.trials.attempt import Attempt, classify_error, join_statements, set_parameters
from schema_dsl.verify.access.trials.table_trials import ClientCaller

TryBatch: TypeAlias = Callable[[Sequence[ClientCaller]], Iterator[Trial]]

_MOST_LABELS: Final = 8
"""A column with more values names a row rather than a kind of rows."""


@attrs.frozen(eq=False)
class ViewRows:
    """The rows of a view over one of its tables, which holds fixture rows.

    Attributes:
        table: The table with the fixture rows.
        view: The view, which stands for a table in the same transaction.
        compared: The columns of the view that conditions compare with constants.
    """

    table: FixtureTable
    view: FixtureTable
    compared: Collection[str] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns of the view."""
        return tuple(column.name for column in self.view.columns)

    def run(self, callers: Sequence[ClientCaller], try_batch: TryBatch) -> Iterator[Trial]:
        """Run all trials, the callers without settings first, because settings stay set in the session.

        Args:
            callers: The callers, with their client roles.
            try_batch: Yields the trials of some callers with the rows that are stored.
        """
        self.table.empty()
        for has_settings in (False, True):
            chosen = [found for found in callers if bool(found[1].parameters) is has_settings]
            for number, batch in enumerate(self.table.fixture.batches):
                # Later batches differ in rows of the owner, so only persons try them.
                concerned = [found for found in chosen if not number or found[1].is_principal]
                if concerned:
                    self.store(batch)
                    yield from try_batch(concerned)

    def store(self, batch: Sequence[FixtureRow]) -> None:
        """Store a batch of rows in the table, fill the materialized views, and set the savepoint "rows"."""
        self.table.insert_rows(batch)
        refresh = [
            f"REFRESH MATERIALIZED VIEW {qualified(*name)}" for name in self.view.fixture.reads.materialized
        ]
        self.table.connection.execute(join_statements(*refresh, "SAVEPOINT rows").encode())

    def read_as(
        self, attempt: Attempt, columns: Sequence[str], source: Sql | None = None
    ) -> tuple[ObservedAccess, set[tuple[str | None, ...]]]:
        """Read rows as a caller; return how that went, and the values of the columns.

        Args:
            attempt: The session of the caller.
            columns: The columns to read.
            source: The FROM item; by default the view.
        """
        query = self._select(columns, source or self.view.name)
        try:
            cursor = self.view.connection.execute(f"{attempt.session_setup('rows')}; {query}".encode())
        except psycopg.Error as error:
            return classify_error(error.sqlstate or "", error.diag.message_primary or ""), set()
        found = {tuple(row) for row in last_result(cursor).fetchall()}
        return ObservedAccess(outcome="allowed" if found else "filtered", rows=len(found)), found

    def read_with(self, caller: Caller, source: Sql | None = None) -> set[tuple[str | None, ...]]:
        """Read all rows as a superuser, with the session parameters of a caller; none if the view fails so.

        Args:
            caller: The caller.
            source: The FROM item; by default the view.
        """
        setup = join_statements("ROLLBACK TO SAVEPOINT rows", set_parameters(caller.parameters))
        query = self._select(self.columns, source or self.view.name)
        try:
            cursor = self.view.connection.execute(f"{setup}; {query}".encode())
        except psycopg.Error:
            return set()
        return {tuple(row) for row in last_result(cursor).fetchall()}

    def show(self, query: Sql) -> Sql:
        """Return the FROM item of a query in place of the view."""
        return Sql(f"({query.rstrip().removesuffix(';')}\n) AS shown ({identifiers(self.columns)})")

    def build_rows(self, found: Iterable[tuple[str | None, ...]]) -> list[FixtureRow]:
        """Return rows with the values of all columns, their owners, and labels that distinguish kinds of rows."""
        rows = [dict(zip(self.columns, values, strict=True)) for values in sorted(found, key=_sort_key)]
        labels = self._choose_labels(rows)
        owners = self._find_owners(rows)
        return [
            FixtureRow(row, {column: _label(row[column]) for column in labels}, owner)
            for row, owner in zip(rows, owners, strict=True)
        ]

    def _find_owners(self, rows: Sequence[Mapping[str, str | None]]) -> list[str | None]:
        path, own = self.view.fixture.path, self.view.own
        if path is None or own is None or not rows:
            return [None] * len(rows)
        alias = identifier(self.view.table.name)
        values = ", ".join(
            f"({number}, {literal(own)}, {literal(row[own])})" for number, row in enumerate(rows)
        )
        # The column of the view decides on the type of the value.
        document = "pg_catalog.jsonb_build_object(given.name, given.value)"
        typed = f"pg_catalog.jsonb_populate_record(NULL::{self.view.name}, {document})"
        query = (
            f"ROLLBACK TO SAVEPOINT rows; SELECT {path.owner_of(self.view.table.name)} "
            f"FROM (VALUES {values}) AS given (number, name, value), "
            f"LATERAL {typed} AS {alias} ORDER BY given.number"
        )
        return [owner for (owner,) in last_result(self.view.connection.execute(query.encode())).fetchall()]

    def _choose_labels(self, rows: Sequence[Mapping[str, str | None]]) -> list[str]:
        """Return the columns that distinguish kinds of rows."""
        return [column for column in self.compared if 1 < len({row[column] for row in rows}) <= _MOST_LABELS]

    def _select(self, columns: Sequence[str], source: Sql) -> Sql:
        listed = ", ".join(f"{identifier(column)}::text" for column in columns)
        return Sql(f"SELECT {listed} FROM {source}")


def _sort_key(values: Iterable[str | None]) -> list[tuple[bool, str]]:
    return [(value is None, value or "") for value in values]


def _label(value: str | None) -> str:
    return "is NULL" if value is None else f"is {literal(value)}"
