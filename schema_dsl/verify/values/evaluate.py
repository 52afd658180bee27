"""Evaluate SQL expressions on a server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
import psycopg

from schema_dsl.postgres import Connection, execute_nested, last_result, rolled_back
from schema_dsl.sql import Sql, dollar_quoted, identifier, identifiers, literal
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.values.types import DatabaseType

_NUMBER: Final = r"-?[0-9.]+"
# Expressions that have the same value in every session: not 'now', and not the name of an object for regclass.
_CONSTANT: Final = re.compile(
    rf"NULL|true|false|{_NUMBER}"
    r"|'(?:[^']|'')*'(?:::(?:text|character varying|jsonb?|uuid|boolean|integer|bigint|numeric))?"
    rf"|\((?:2 \* )?CAST\({_NUMBER} AS (?:smallint|integer|bigint|numeric)\)(?: [-+] 1)?\)"
)
_MOMENT: Final = re.compile(r"'\D")
_DATES_AND_TIMES: Final = "D"
_PLAIN_CATEGORIES: Final = "BDNSU"
"""The categories of types without elements: booleans, dates and times, numbers, strings, and others such as uuid."""

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
    _known: dict[str, str | None] = attrs.field(init=False, factory=dict, eq=False, repr=False)

    def texts(self, expressions: Sequence[tuple[Sql, TypedSlot]]) -> list[str | None]:
        """Return the values of expressions, cast to their types, as text; None for expressions that fail."""
        written = [f"CAST(CAST({expression} AS {slot.written}) AS text)" for expression, slot in expressions]
        # The same values are tried in many columns of a type.
        new = [each for each in dict.fromkeys(written) if each not in self._known]
        found = dict(zip(new, self.values(new), strict=True))
        lasting = {text for text, each in zip(written, expressions, strict=True) if _is_constant(*each)}
        self._known.update((each, text) for each, text in found.items() if text is None or each in lasting)
        return [self._known[each] if each in self._known else found[each] for each in written]

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
        return [
            value
            for start in range(0, len(expressions), _BATCH_SIZE)
            for value in self._evaluate(expressions[start : start + _BATCH_SIZE])
        ]

    def _evaluate(self, expressions: Sequence[str]) -> list[Any]:
        """Return the values of a batch of expressions; if one fails, try each of them on the server first."""
        values = self._select(expressions)
        if values is not None or len(expressions) == 1:
            return values or [None]
        working = self._list_working(expressions)
        values = self._select([expressions[number] for number in working])
        if values is None:
            # Only together they fail, for instance because they are too long.
            values = [value for number in working for value in self._select([expressions[number]]) or [None]]
        found = dict(zip(working, values, strict=True))
        return [found.get(number) for number in range(len(expressions))]

    def _select(self, expressions: Sequence[str]) -> list[Any] | None:
        """Return the values of expressions; None if any of them fails."""
        if not expressions:
            return []
        query = f"SELECT {', '.join(expressions)}"
        try:
            return list(execute_nested(self.connection, query.encode()).fetchone() or ())
        except psycopg.Error as error:
            raise_if_lost(error)
            return None

    def _list_working(self, expressions: Sequence[str]) -> list[int]:
        """Return the indexes of the expressions that do not fail."""
        texts = ", ".join(literal(f"SELECT {each}") for each in expressions)
        call = f"{dollar_quoted(_TRY_EACH.format(texts=texts), 'each')}; {_READ_WORKING}"
        with rolled_back(self.connection):
            row = last_result(self.connection.execute(f"DO {call}".encode())).fetchone()
        return [number - 1 for number in (row[0] if row else ())]


def _is_constant(expression: str, slot: TypedSlot) -> bool:
    """Return whether the value of an expression, cast to a type, is the same at any time and in any state."""
    type_ = slot.type
    is_plain = type_.is_builtin and type_.category in _PLAIN_CATEGORIES and not type_.name.startswith("reg")
    if not is_plain or not _CONSTANT.fullmatch(expression):
        return False
    return type_.category != _DATES_AND_TIMES or not _MOMENT.match(expression)


# Postgres limits a SELECT to 1664 columns, and planning one long SELECT costs more than planning two short ones.
_BATCH_SIZE: Final = 500
# A subtransaction that ends with an error is undone, but variables of PL/pgSQL keep their values.
_TRY_EACH: Final = """
    DECLARE
        texts text[] := ARRAY[{texts}];
        working int[] := '{{}}';
    BEGIN
        FOR number IN 1 .. pg_catalog.cardinality(texts) LOOP
            BEGIN
                EXECUTE texts[number];
                working := working || number;
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
        PERFORM pg_catalog.set_config('schema_dsl.working', working::text, true);
    END
"""
_READ_WORKING: Final = "SELECT pg_catalog.current_setting('schema_dsl.working')::int[]"
