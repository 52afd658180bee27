"""Quoting of names and values, compared with the server."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import uuid
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schema_dsl.postgres import Connection
from schema_dsl.sql import _KEYWORDS, Sql, dollar_quoted, identifier, identifiers, literal, qualified, sql

# Postgres can store every character except NUL and lone surrogates.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NASTY = [
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "a\nb",
    "\r",
    "$$",
    "$table$",
    "--",
    "/*",
    "😀",
    "é",
    '"',
    "%s",
    "E'",
    "\u2028",
]


def value_of(connection: Connection, text: str) -> Any:
    """Return the value of an SQL expression."""
    row = connection.execute(f"SELECT {text}".encode()).fetchone()
    assert row is not None
    return row[0]


class TestSqlText:
    """The class Sql and the function sql()."""

    def test_indent(self) -> None:
        """The shared indentation is replaced by a number of spaces, and blank lines have none."""
        text = """
            SELECT 1,

                2
            """
        assert "\n  SELECT 1,\n\n      2\n" == sql(text, indent=2)
        assert "\nSELECT 1,\n\n    2\n" == sql(text, indent=0)
        assert text == sql(text)

    def test_sql(self) -> None:
        """sql() returns Sql, and the repr shows the call."""
        assert Sql("now()") == sql("now()")
        assert "sql('now()')" == repr(sql("now()"))

    def test_concatenation(self) -> None:
        """The concatenation of Sql and str is a str."""
        assert type(sql("a") + "b") is str

    @pytest.mark.parametrize("text", ["", "  ", "\n"])
    def test_empty(self, text: str) -> None:
        """Empty text is an error."""
        with pytest.raises(ValueError, match="needs SQL text"):
            sql(text)

    @pytest.mark.parametrize("text", ["a\0b", "\ud800"])
    def test_not_storable(self, text: str) -> None:
        """NUL and lone surrogates are errors."""
        with pytest.raises(ValueError, match=r"NUL|Unicode"):
            sql(text)

    def test_number(self) -> None:
        """A number is an error."""
        with pytest.raises(TypeError, match="takes a str, not 5"):
            sql(5)  # type: ignore[arg-type]


class TestIdentifier:
    """identifier() equals quote_ident()."""

    def test_keywords(self, shared: Connection) -> None:
        """Each keyword of the server is quoted as by quote_ident()."""
        rows = shared.execute("SELECT word, quote_ident(word) FROM pg_get_keywords()").fetchall()
        assert dict(rows) == {word: str(identifier(word)) for word, _ in rows}

    @given(
        names=st.lists(
            TEXT | st.sampled_from(NASTY) | st.from_regex(r"[a-zA-Z_$][a-z0-9_$]{0,8}", fullmatch=True)
        )
    )
    def test_any_text(self, shared: Connection, names: list[str]) -> None:
        """Arbitrary text is quoted as by quote_ident(); so is a keyword that only a later version knows."""
        rows = shared.execute(
            "SELECT quote_ident(name), name IN (SELECT word FROM pg_get_keywords())"
            " FROM unnest(%s::text[]) AS name",
            [names],
        ).fetchall()
        expected = [
            f'"{name}"' if name in _KEYWORDS and not is_known else quoted
            for name, (quoted, is_known) in zip(names, rows, strict=True)
        ]
        assert expected == [str(identifier(name)) for name in names]

    def test_later_keyword(self) -> None:
        """A keyword of version 17 is quoted on each server."""
        assert '"json_serialize"' == identifier("json_serialize")

    def test_qualified(self) -> None:
        """Schema and name are quoted separately."""
        assert 'public."a.b"' == qualified("public", "a.b")

    def test_identifiers(self) -> None:
        """Several names are separated by commas."""
        assert 'a, "B"' == identifiers(["a", "B"])

    def test_sql(self) -> None:
        """Sql is an error, even if the cache contains a name with the same text."""
        identifier("lower_a")
        with pytest.raises(TypeError, match="is SQL, not a name"):
            identifier(Sql("lower_a"))

    @pytest.mark.parametrize("name", ["a\0", "\udfff"])
    def test_not_storable(self, name: str) -> None:
        """NUL and lone surrogates are errors."""
        with pytest.raises(ValueError, match=r"NUL|Unicode"):
            identifier(name)


class Color(enum.StrEnum):
    """An enum with str members."""

    RED = "r'ed"


class Level(int, enum.Enum):
    """An enum with int members; str() of a member is its name."""

    HIGH = 3


class TestLiteral:
    """A constant has the same value in Postgres as in Python."""

    @given(texts=st.lists(TEXT | st.sampled_from(NASTY), max_size=20))
    @pytest.mark.parametrize("conforming", ["on", "off"])
    def test_text(self, shared: Connection, conforming: str, texts: list[str]) -> None:
        """Arbitrary text keeps its value, with both values of standard_conforming_strings."""
        array = ", ".join(literal(text) for text in texts)
        with shared.transaction():
            # With "off" the server warns about a backslash in a plain string, which literal() never writes.
            shared.execute(f"SET LOCAL standard_conforming_strings = {conforming}")
            assert texts == value_of(shared, f"ARRAY[{array}]::text[]")

    @given(value=st.integers(-(2**63), 2**63 - 1))
    def test_whole_numbers(self, shared: Connection, value: int) -> None:
        """Positive and negative integers keep their value."""
        assert value == value_of(shared, literal(value))

    @given(value=st.floats())
    @example(value=-0.0)
    @example(value=1e22)
    def test_floats(self, shared: Connection, value: float) -> None:
        """Floats keep their value, including NaN and the infinities."""
        got = value_of(shared, f"({literal(value)})::float8")
        assert (math.isnan(value) and math.isnan(got)) or value == got

    @given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
    @example(value=decimal.Decimal("1E+5"))
    @example(value=decimal.Decimal("-1E-7"))
    def test_decimals(self, shared: Connection, value: decimal.Decimal) -> None:
        """Decimals keep their value in each notation of Python."""
        assert value == value_of(shared, f"({literal(value)})::numeric")

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
    def test_special_decimals(self, shared: Connection, text: str) -> None:
        """NaN and the infinities of Decimal keep their value."""
        assert text == str(value_of(shared, f"({literal(decimal.Decimal(text))})::numeric"))

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (True, "boolean"),
            (False, "boolean"),
            (None, "text"),
            (dt.date(2024, 2, 29), "date"),
            (dt.time(23, 59, 59, 123456), "time"),
            (dt.datetime(2024, 1, 2, 3, 4, 5), "timestamp"),  # noqa: DTZ001 - a timestamp without time zone
            (dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "timestamptz"),
            (uuid.UUID(int=5), "uuid"),
            (b"\x00\xff'\\", "bytea"),
            ({"a": ["é", None, 1.5, {"b": "'\\"}]}, "jsonb"),
            ([1, "two"], "json"),
            (Color.RED, "text"),
            (Level.HIGH, "integer"),
        ],
    )
    def test_other_types(self, shared: Connection, value: Any, kind: str) -> None:
        """A value of another type keeps its value when cast to the matching type."""
        got = value_of(shared, f"({literal(value)})::{kind}")
        assert (value.value if isinstance(value, enum.Enum) else value) == got

    def test_json_is_canonical(self) -> None:
        """The keys of a dict are sorted, and non-ASCII letters are not escaped."""
        assert literal({"b": 1, "a": "é"}) == literal({"a": "é", "b": 1}) == """'{"a": "é", "b": 1}'"""

    @pytest.mark.parametrize(
        "value", ["a\0", {"a": "\0"}, ["\\\0"], "\ud800", {"a": "\ud800"}, {"a": float("nan")}]
    )
    def test_not_storable(self, value: Any) -> None:
        """NUL, lone surrogates, and NaN in JSON are errors."""
        with pytest.raises(ValueError, match=r"NUL|Unicode|JSON"):
            literal(value)

    def test_escaped_nul_in_json(self, shared: Connection) -> None:
        r"""A backslash followed by u0000 is ordinary text."""
        assert {"a": "\\u0000"} == value_of(shared, f"{literal({'a': chr(92) + 'u0000'})}::jsonb")

    @pytest.mark.parametrize("value", [object(), Sql("now()"), {1, 2}, 1j])
    def test_no_constant(self, value: Any) -> None:
        """A value without an SQL constant is an error."""
        with pytest.raises(TypeError, match=r"write the SQL with sql\(...\)|is already SQL"):
            literal(value)


class TestDollarQuoted:
    """A dollar-quoted body keeps its text."""

    @given(body=TEXT | st.text("$tabe1\n", max_size=12))
    @example(body="$")
    @example(body="$table")
    @example(body="$table$")
    @example(body="$table $table1$")
    @example(body="$$")
    @example(body="x$table1")
    def test_any_body(self, shared: Connection, body: str) -> None:
        """An arbitrary body keeps its text, between two newlines."""
        assert f"\n{body}\n" == value_of(shared, dollar_quoted(body, "table"))

    def test_nested(self, shared: Connection) -> None:
        """A body may contain a dollar-quoted body."""
        inner = f"BEGIN EXECUTE {dollar_quoted('SELECT 1', 'table')}; END"
        shared.execute(f"DO {dollar_quoted(inner, 'table')}".encode())

    def test_nul(self) -> None:
        """NUL is an error."""
        with pytest.raises(ValueError, match="NUL"):
            dollar_quoted("\0", "table")
