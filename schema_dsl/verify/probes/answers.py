"""The results of single statements, and of the probe of one object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
import psycopg

from schema_dsl.sql import Sql, literal
from schema_dsl.verify.proof import Sample
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.values import abbreviate

CHECK_VIOLATION, NOT_NULL_VIOLATION, UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, EXCLUSION_VIOLATION = (
    "23514",
    "23502",
    "23505",
    "23503",
    "23P01",
)
# Until PostgreSQL 17, RESTRICT raises foreign_key_violation, like NO ACTION.
RESTRICT_VIOLATION = "23001"


@attrs.frozen
class StatementResult:
    """The result of a statement.

    Attributes:
        sqlstate: The SQLSTATE of the error; None if Postgres accepted the statement.
        constraint: The constraint that the error names.
        column: The column or domain that the error names.
        table: The table that the error names. An error of a domain names none.
        message: The message of the error.
        deferred: Whether the check of deferred constraints raised the error, after the statement.
    """

    sqlstate: str | None = None
    constraint: str | None = None
    column: str | None = None
    table: str | None = None
    message: str = ""
    deferred: bool = False

    @property
    def accepted(self) -> bool:
        """Return whether Postgres accepted the statement."""
        return self.sqlstate is None

    @property
    def is_of_table(self) -> bool:
        """Return whether a constraint or NOT NULL of a table refused the statement.

        Any other error, such as a value outside of a domain or an overflow in a generated column, says nothing about
        the constraints of the table.
        """
        names_part = self.table is not None and (self.constraint is not None or self.column is not None)
        return names_part and self.sqlstate is not None and self.sqlstate.startswith("23")

    @property
    def is_outside_partitions(self) -> bool:
        """Return whether a partitioned table has no partition for the row."""
        return self.sqlstate == CHECK_VIOLATION and self.table is not None and self.constraint is None

    def is_refused_by(self, sqlstate: str, name: str) -> bool:
        """Return whether a constraint refused the statement with a SQLSTATE."""
        return self.sqlstate == sqlstate and self.constraint == name

    def __str__(self) -> str:
        """Return the result as a short phrase, for instance "refused by notes_pkey (23505)"."""
        if self.accepted:
            return "accepted"
        by = self.constraint or self.column
        return f"refused by {by} ({self.sqlstate})" if by else f"refused: {self.message} ({self.sqlstate})"


def read_error(error: psycopg.Error, *, deferred: bool = False) -> StatementResult:
    """Return the result of a statement that Postgres refused.

    Raises:
        LostSessionError: If the server ended the session instead of refusing the statement.
    """
    raise_if_lost(error)
    diag = error.diag
    return StatementResult(
        error.sqlstate or "?",
        diag.constraint_name,
        diag.column_name or diag.datatype_name,
        diag.table_name,
        diag.message_primary or str(error),
        deferred,
    )


@attrs.define
class ProbeResult:
    """The result of probing one object.

    Attributes:
        accepted: The number of statements that Postgres accepted as expected.
        refused: The number of statements that Postgres refused as expected.
        failures: A sentence per difference from the declaration.
        untried: A sentence per behavior that was not tried, with the reason.
        sample: The trials of the object, if more were possible.
    """

    accepted: int = 0
    refused: int = 0
    failures: list[str] = attrs.Factory(list)
    untried: list[str] = attrs.Factory(list)
    sample: Sample | None = None

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

    def add_sample(self, sample: Sample) -> None:
        """Add the trials of a part of the object."""
        self.sample = sample if self.sample is None else self.sample + sample

    @contextmanager
    def trying(self, what: object) -> Iterator[None]:
        """End a part of the probe that finds no row, and note that it was not tried. The other parts go on."""
        try:
            yield
        except MissingError:
            raise
        except RowError as error:
            raise_if_lost(error)
            self.untried.append(f"{what} was not tried: {error.what}")


def format_values(values: Mapping[str, Any]) -> str:
    """Return values for display."""
    return ", ".join(f"{name} = {format_value(value)}" for name, value in values.items())


def format_value(value: Any) -> str:
    """Return a value for display. A text that looks like a number gets no quotes, because it may be a number."""
    if isinstance(value, Sql) or (isinstance(value, str) and _NUMBER.match(value)):
        return str(value)
    try:
        return abbreviate(literal(value))
    except TypeError:
        return str(value)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
