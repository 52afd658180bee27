"""What keeps a row from being made, in words for the person who wants one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from schema_dsl.errors import PostgresError


class RowError(PostgresError):
    """No row could be made; `constraint` is the one in the way, where it is known."""

    def __init__(self, what: str, *, instead: str | None = None, constraint: str | None = None) -> None:
        self.constraint = constraint
        super().__init__(what, instead=instead)


class MissingError(RowError):
    """The database does not have the table or column at all."""


class CircleError(RowError):
    """A row needs one that needs it."""


def refused(relation: object, values: Mapping[str, Any], error: psycopg.Error) -> RowError:
    """Say what Postgres refused, and by which constraint."""
    name = error.diag.constraint_name
    shown = ", ".join(f"{column} = {value}" for column, value in values.items())
    by = f"{name} " if name else ""
    return RowError(
        f"no row for {relation}: {by}refuses ({shown}): {error.diag.message_primary or error}",
        instead="Give the value that it needs: row_factory(table, column=...).",
        constraint=name,
    )


def unmet(relation: object, checks: Iterable[str], columns: Iterable[str]) -> RowError:
    """Say for which checks no values were found."""
    names = tuple(checks)
    given = ", ".join(f"{column}=..." for column in columns)
    return RowError(
        f"no row for {relation}: no values found that {' and '.join(names) or 'the type'} accepts",
        instead=f"Give them: row_factory(table, {given}); or say which in Check(accepts=[{{...}}]).",
        constraint=names[0] if names else None,
    )
