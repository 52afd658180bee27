"""Evaluate SQL expressions on a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import psycopg

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, identifiers, literal
from schema_dsl.verify.lost_session import raise_if_lost
from schema_dsl.verify.values.types import DatabaseType

ResultRow = Mapping[str, "str | None"]


@attrs.frozen
class TypedSlot:
    """The type of a column or expression.

    Attributes:
        type: The type.
        modifier: The type modifier, -1 for none.
        written: The type with its modifier in SQL, for instance "numeric(5,2)".
    """

    type: DatabaseType
    modifier: int
    written: str


@attrs.frozen
class Condition:
    """A condition or expression on the columns of a table.

    Attributes:
        text: The SQL.
        table: The table name that the SQL may use.
        slots: The types of the columns to choose values for.
        computed: The generated columns that the SQL uses, as expressions on the other columns.
    """

    text: str
    table: str
    slots: Mapping[str, TypedSlot]
    computed: Mapping[str, Sql] = attrs.Factory(dict)

    def on(self, row: ResultRow, expression: str | None = None) -> Sql:
        """Return a subquery for the value on a row, without the table.

        Args:
            row: The row in Postgres text format.
            expression: Another expression on the same columns, instead of the text.
        """
        what = self.text if expression is None else expression
        if not self.slots:
            return Sql(f"(SELECT {what})")
        table = identifier(self.table)
        values = ", ".join(
            f"CAST({literal(row[name])} AS {slot.written})" for name, slot in self.slots.items()
        )
        source = f"(SELECT {values}) AS {table} ({identifiers(self.slots)})"
        if self.computed:
            more = ", ".join(f"{text} AS {identifier(name)}" for name, text in self.computed.items())
            source = f"(SELECT {table}.*, {more} FROM {source}) AS {table}"  # noqa: S608 - the parts are SQL or quoted
        return Sql(f"(SELECT {what} FROM {source})")  # noqa: S608 - the parts are SQL or quoted


@attrs.frozen
class Evaluator:
    """Evaluates expressions on a server. An expression that fails has the value None and changes nothing."""

    connection: Connection

    def texts(self, expressions: Sequence[tuple[Sql, TypedSlot]]) -> list[str | None]:
        """Return the values of expressions, cast to their types, as text; None for expressions that fail."""
        written = [f"CAST(CAST({expression} AS {slot.written}) AS text)" for expression, slot in expressions]
        return self.values(written)

    def truths(
        self, condition: str, table: str, slots: Mapping[str, TypedSlot], rows: Iterable[ResultRow]
    ) -> list[bool | None]:
        """Return for each row whether it passes a condition, as a CHECK constraint does.

        Args:
            condition: The condition.
            table: The table name that the condition may use.
            slots: The types of the columns.
            rows: The rows in Postgres text format.

        Returns:
            True, False, or None if the condition fails with an error.
        """
        passes = Condition(f"({condition}) IS NOT FALSE", table, slots)
        return self.values([passes.on(row) for row in rows])

    def value(self, expression: str) -> Any:
        """Return the value of one expression; None if the expression fails."""
        return self.values([expression])[0]

    def values(self, expressions: Sequence[str]) -> list[Any]:
        """Return the values of expressions; None for expressions that fail."""
        return [None if value is _FAILED else value for value in self._evaluate(expressions)]

    def _evaluate(self, expressions: Sequence[str]) -> list[Any]:
        """Evaluate expressions in batches; after an error, halve the batch to isolate the expression that fails."""
        if not expressions:
            return []
        if len(expressions) <= _BATCH_SIZE:
            try:
                with self.connection.transaction():
                    row = self.connection.execute(f"SELECT {', '.join(expressions)}".encode()).fetchone()
                return list(row or ())
            except psycopg.Error as error:
                raise_if_lost(error)
                if len(expressions) == 1:
                    return [_FAILED]
        half = (len(expressions) + 1) // 2
        return self._evaluate(expressions[:half]) + self._evaluate(expressions[half:])


_FAILED: Any = object()
# Postgres limits a SELECT to 1664 columns, and planning one long SELECT costs more than planning two short ones.
_BATCH_SIZE = 500
