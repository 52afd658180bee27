"""The errors of building a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from schema_dsl.errors import PostgresError


class RowError(PostgresError):
    """A row cannot be built.

    Attributes:
        constraint: The name of the constraint that prevents the row, if known.
    """

    def __init__(self, what: str, *, instead: str | None = None, constraint: str | None = None) -> None:
        self.constraint = constraint
        super().__init__(what, instead=instead)


class MissingError(RowError):
    """The table or column does not exist in the database."""


class ForeignKeyCycleError(RowError):
    """A cycle of foreign keys prevents the row."""


def refused_error(relation: object, values: Mapping[str, Any], error: psycopg.Error) -> RowError:
    """Return the error for a row that Postgres refused."""
    name = error.diag.constraint_name
    assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
    return RowError(
        f"cannot insert a row into {relation}: {name or 'Postgres'} refuses ({assignments}): "
        f"{error.diag.message_primary or error}",
        instead="Pass a valid value: row_factory(table, column=...).",
        constraint=name,
    )


def unmet_error(relation: object, checks: Iterable[str], columns: Iterable[str]) -> RowError:
    """Return the error for checks that no tried values pass."""
    names = tuple(checks)
    given = ", ".join(f"{column}=..." for column in columns)
    return RowError(
        f"cannot build a row of {relation}: found no values that pass {' and '.join(names) or 'the domain'}",
        instead=f"Pass values: row_factory(table, {given}). Or declare an example: Check(accepts=[{{...}}]).",
        constraint=names[0] if names else None,
    )
