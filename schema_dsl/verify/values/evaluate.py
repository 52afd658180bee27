"""Questions put to Postgres, so that nothing here has to know what an expression means."""

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
    """Where a value is to stand: a type, with its modifier, as SQL writes it."""

    type: DatabaseType
    modifier: int
    written: str


@attrs.frozen
class Evaluator:
    """Asks a server for the value of expressions; what fails is an answer, too, and leaves no trace."""

    connection: Connection

    def texts(self, expressions: Sequence[tuple[Sql, TypedSlot]]) -> list[str | None]:
        """Give the value of each expression as a text that its place can be given; None where it cannot."""
        written = [f"CAST(CAST({each} AS {place.written}) AS text)" for each, place in expressions]
        return [None if value is _REFUSED else value for value in self._each(written)]

    def truths(
        self, condition: str, table: str, places: Mapping[str, TypedSlot], rows: Iterable[ResultRow]
    ) -> list[bool | None]:
        """Say of each row whether it may stand, as a CHECK would. None where the expression itself fails."""
        asked = [self.of_row(f"({condition}) IS NOT FALSE", table, places, row) for row in rows]
        return [None if value is _REFUSED else value for value in self._each(asked)]

    @staticmethod
    def of_row(expression: str, table: str, places: Mapping[str, TypedSlot], row: ResultRow) -> Sql:
        """Write what an expression is of a row that is in no table."""
        values = ", ".join(f"CAST({literal(row[name])} AS {place.written})" for name, place in places.items())
        return Sql(
            f"(SELECT {expression} FROM (SELECT {values}) "  # noqa: S608 - all of it is SQL or quoted
            f"AS {identifier(table)} ({identifiers(places)}))"
        )

    def value(self, expression: str) -> Any:
        """Give the value of one expression; None where it fails."""
        value = self._each([expression])[0]
        return None if value is _REFUSED else value

    def _each(self, expressions: Sequence[str]) -> list[Any]:
        """Evaluate many at once; in halves where one of them fails, down to that one."""
        if not expressions:
            return []
        if len(expressions) <= _TOGETHER:
            try:
                with self.connection.transaction():
                    row = self.connection.execute(f"SELECT {', '.join(expressions)}".encode()).fetchone()
                return list(row or ())
            except psycopg.Error:
                if len(expressions) == 1:
                    return [_REFUSED]
        half = (len(expressions) + 1) // 2
        return self._each(expressions[:half]) + self._each(expressions[half:])


_REFUSED: Any = object()
# A SELECT has room for 1664 columns, but a long one costs more to plan than two short ones.
_TOGETHER = 500
