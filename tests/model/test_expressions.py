"""The helpers for predicates, and the types of columns."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import pytest

import schema_dsl
from schema_dsl import (
    array,
    at_least,
    at_most,
    between,
    matches,
    max_length,
    named_type,
    numeric,
    one_of,
    sql,
    varchar,
)
from schema_dsl.errors import DefinitionError
from schema_dsl.postgres import Connection


class TestPredicates:
    """Predicates on a column, evaluated by Postgres."""

    @pytest.mark.parametrize(
        ("predicate", "good", "bad"),
        [
            (one_of("a", "it's"), "it's", "b"),
            (one_of(*"xyz"), "x", "w"),
            (max_length(2), "é😀", "abc"),
            (matches("^[a-z\\\\]+$"), "a\\b", "A"),
        ],
    )
    def test_text(self, shared: Connection, predicate: Any, good: str, bad: str) -> None:
        """A predicate is true for a good value, false for a bad value, and NULL for NULL."""
        self.assert_results(shared, predicate, "text", good, bad)

    @pytest.mark.parametrize(
        ("predicate", "good", "bad"),
        [
            (between(-1, 3), -1, 4),
            (at_least(0), 0, -1),
            (at_most(-5), -5, -4),
            (one_of(1, 2), 2, 3),
            (at_most(sql("abs(-5)")), 5, 6),
        ],
    )
    def test_numbers(self, shared: Connection, predicate: Any, good: int, bad: int) -> None:
        """Bounds are included."""
        self.assert_results(shared, predicate, "integer", good, bad)

    @pytest.mark.parametrize(
        ("low", "high"),
        [
            (sql("b"), sql("a")),
            (sql("x"), 3),
            (3, sql("x")),
            ("10", "9"),
            ("b", "A"),
            (dt.date(2026, 1, 2), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
            (1, decimal.Decimal("NaN")),
        ],
    )
    def test_bounds_that_only_postgres_compares(self, low: Any, high: Any) -> None:
        """Bounds that Python cannot compare, or sorts otherwise than Postgres, are left to Postgres."""
        assert " BETWEEN " in between(low, high).after

    @pytest.mark.parametrize(
        ("low", "high"),
        [
            (3, 1),
            (1, -0.5),
            (decimal.Decimal(2), 1),
            (dt.date(2026, 1, 2), dt.date(2026, 1, 1)),
            (b"b", b"a"),
        ],
    )
    def test_bounds_in_the_wrong_order(self, low: Any, high: Any) -> None:
        """A range that certainly allows no value is refused."""
        with pytest.raises(DefinitionError, match=r"allows no value\n  Swap the two bounds\."):
            between(low, high)

    def assert_results(
        self, connection: Connection, predicate: Any, type_name: str, good: Any, bad: Any
    ) -> None:
        """Assert the results for a good value, a bad value and NULL."""
        query = f'SELECT {predicate.on("se lect")} FROM unnest(%s::{type_name}[]) AS x ("se lect")'
        assert [(True,), (False,), (None,)] == connection.execute(
            query.encode(), [[good, bad, None]]
        ).fetchall()


class TestTypes:
    """The SQL spelling of types."""

    @pytest.mark.parametrize(
        ("kind", "spelling"),
        [
            (array(numeric(10, 2)), "numeric(10, 2)[]"),
            (varchar(5), "varchar(5)"),
            (named_type("Mood"), 'public."Mood"'),
            (named_type("mood", schema="s"), "s.mood"),
        ],
    )
    def test_spelling(self, kind: Any, spelling: str) -> None:
        """Names are quoted, and parameters are appended."""
        assert spelling == str(kind)

    def test_server_has_all_types(self, shared: Connection) -> None:
        """Each type of the vocabulary exists on the server."""
        for name in schema_dsl.__all__:
            value = getattr(schema_dsl, name)
            # The types of extensions exist where the extension is installed.
            if isinstance(value, schema_dsl.Type) and name not in {"citext", "hstore", "ltree"}:
                shared.execute(f"SELECT NULL::{value}".encode())
