"""Questions put to Postgres, so that nothing here has to know what an expression means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import psycopg

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.values.types import Type

Row = Mapping[str, "str | None"]


@attrs.frozen
class Place:
    """Where a value is to stand: a type, with its modifier, as SQL writes it."""

    type: Type
    modifier: int
    written: str


@attrs.frozen
class Ask:
    """Asks a server for the value of expressions; what fails is an answer, too, and leaves no trace."""

    connection: Connection

    def texts(self, expressions: Sequence[tuple[Sql, Place]]) -> list[str | None]:
        """Give the value of each expression as a text that its place can be given; None where it cannot."""
        written = [f"CAST(CAST({each} AS {place.written}) AS text)" for each, place in expressions]
        return [None if value is _REFUSED else value for value in self._each(written)]

    def truths(
        self, condition: str, table: str, places: Mapping[str, Place], rows: Iterable[Row]
    ) -> list[bool | None]:
        """Say of each row whether it may stand, as a CHECK would. None where the expression itself fails."""
        columns = list(places)
        names = ", ".join(identifier(name) for name in columns)
        asked = [
            f"(SELECT ({condition}) IS NOT FALSE FROM (SELECT {values}) AS {identifier(table)} ({names}))"  # noqa: S608
            for values in (
                ", ".join(f"CAST({_constant(row[name])} AS {places[name].written})" for name in columns)
                for row in rows
            )
        ]
        return [None if value is _REFUSED else value for value in self._each(asked)]

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


def _constant(text: str | None) -> Sql:
    return literal(text)
