"""Evaluate SQL expressions on a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import psycopg

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, identifiers, literal
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
class Evaluator:
    """Evaluates expressions on a server. An expression that fails has the value None and changes nothing."""

    connection: Connection

    def texts(self, expressions: Sequence[tuple[Sql, TypedSlot]]) -> list[str | None]:
        """Return the values of expressions, cast to their types, as text; None for expressions that fail."""
        written = [f"CAST(CAST({expression} AS {slot.written}) AS text)" for expression, slot in expressions]
        return [None if value is _FAILED else value for value in self._evaluate(written)]

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
        expressions = [
            self.expression_of_row(f"({condition}) IS NOT FALSE", table, slots, row) for row in rows
        ]
        return [None if value is _FAILED else value for value in self._evaluate(expressions)]

    @staticmethod
    def expression_of_row(expression: str, table: str, slots: Mapping[str, TypedSlot], row: ResultRow) -> Sql:
        """Return a subquery for the value of an expression on a row, without a table."""
        values = ", ".join(f"CAST({literal(row[name])} AS {slot.written})" for name, slot in slots.items())
        return Sql(
            f"(SELECT {expression} FROM (SELECT {values}) "  # noqa: S608 - the parts are SQL or quoted
            f"AS {identifier(table)} ({identifiers(slots)}))"
        )

    def value(self, expression: str) -> Any:
        """Return the value of one expression; None if the expression fails."""
        value = self._evaluate([expression])[0]
        return None if value is _FAILED else value

    def _evaluate(self, expressions: Sequence[str]) -> list[Any]:
        """Evaluate expressions in batches; after an error, halve the batch to isolate the expression that fails."""
        if not expressions:
            return []
        if len(expressions) <= _BATCH_SIZE:
            try:
                with self.connection.transaction():
                    row = self.connection.execute(f"SELECT {', '.join(expressions)}".encode()).fetchone()
                return list(row or ())
            except psycopg.Error:
                if len(expressions) == 1:
                    return [_FAILED]
        half = (len(expressions) + 1) // 2
        return self._evaluate(expressions[:half]) + self._evaluate(expressions[half:])


_FAILED: Any = object()
# Postgres limits a SELECT to 1664 columns, and planning one long SELECT costs more than planning two short ones.
_BATCH_SIZE = 500
