"""Quoting, held against the server that has the last word on it."""

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
from schema_dsl.sql import Sql, dollar_quoted, identifier, identifiers, literal, qualified, sql

# What Postgres can store: any character but NUL and lone surrogates.
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
    """Have the server evaluate one expression."""
    row = connection.execute(f"SELECT {text}".encode()).fetchone()
    assert row is not None
    return row[0]


class TestSqlText:
    """SQL is a type of its own."""

    def test_is_said_to_be_sql(self) -> None:
        """sql() marks text, and shows that it did."""
        assert Sql("now()") == sql("now()")
        assert "sql('now()')" == repr(sql("now()"))

    def test_joined_with_text_is_text(self) -> None:
        """Whoever composes SQL has to say so again."""
        assert type(sql("a") + "b") is str

    @pytest.mark.parametrize("text", ["", "  ", "\n"])
    def test_nothing_is_not_sql(self, text: str) -> None:
        """An empty piece of SQL is a slip."""
        with pytest.raises(ValueError, match="no text"):
            sql(text)

    @pytest.mark.parametrize("text", ["a\0b", "\ud800"])
    def test_what_cannot_be_stored_is_refused(self, text: str) -> None:
        """NUL and half characters are refused where they are said."""
        with pytest.raises(ValueError, match=r"NUL|Unicode"):
            sql(text)

    def test_a_number_is_not_sql(self) -> None:
        """Only text is SQL."""
        with pytest.raises(TypeError, match="takes text, not 5"):
            sql(5)  # type: ignore[arg-type]


class TestIdentifier:
    """A name is quoted exactly as quote_ident() does."""

    def test_every_word_of_the_grammar(self, shared: Connection) -> None:
        """All keywords of the server, reserved or not, are quoted as it quotes them."""
        rows = shared.execute("SELECT word, quote_ident(word) FROM pg_get_keywords()").fetchall()
        assert dict(rows) == {word: str(identifier(word)) for word, _ in rows}

    @given(
        names=st.lists(
            TEXT | st.sampled_from(NASTY) | st.from_regex(r"[a-zA-Z_$][a-z0-9_$]{0,8}", fullmatch=True)
        )
    )
    def test_any_text(self, shared: Connection, names: list[str]) -> None:
        """Whatever the text is, the server agrees."""
        rows = shared.execute("SELECT quote_ident(name) FROM unnest(%s::text[]) AS name", [names]).fetchall()
        assert [name for (name,) in rows] == [str(identifier(name)) for name in names]

    def test_with_its_schema(self) -> None:
        """Schema and name are quoted apart."""
        assert 'public."a.b"' == qualified("public", "a.b")

    def test_several(self) -> None:
        """Several are separated by commas."""
        assert 'a, "B"' == identifiers(["a", "B"])

    def test_sql_is_not_a_name(self) -> None:
        """SQL is refused, also where the same text as a name was quoted before."""
        identifier("lower_a")
        with pytest.raises(TypeError, match="is SQL, not a name"):
            identifier(Sql("lower_a"))

    @pytest.mark.parametrize("name", ["a\0", "\udfff"])
    def test_what_cannot_be_stored_is_refused(self, name: str) -> None:
        """NUL and half characters are no names."""
        with pytest.raises(ValueError, match=r"NUL|Unicode"):
            identifier(name)


class Color(enum.StrEnum):
    """Members that are text."""

    RED = "r'ed"


class Level(int, enum.Enum):
    """Members that are numbers, and print as their names."""

    HIGH = 3


class TestLiteral:
    """A constant has the value that it had in Python."""

    @given(texts=st.lists(TEXT | st.sampled_from(NASTY), max_size=20))
    @pytest.mark.parametrize("conforming", ["on", "off"])
    def test_text(self, shared: Connection, conforming: str, texts: list[str]) -> None:
        """Any text comes back as it was, whatever standard_conforming_strings says."""
        array = ", ".join(literal(text) for text in texts)
        with shared.transaction():
            # The server warns of a backslash in a plain string; ours has none.
            shared.execute(f"SET LOCAL standard_conforming_strings = {conforming}")
            assert texts == value_of(shared, f"ARRAY[{array}]::text[]")

    @given(value=st.integers(-(2**63), 2**63 - 1))
    def test_whole_numbers(self, shared: Connection, value: int) -> None:
        """Negative ones, too."""
        assert value == value_of(shared, literal(value))

    @given(value=st.floats())
    @example(value=-0.0)
    @example(value=1e22)
    def test_floats(self, shared: Connection, value: float) -> None:
        """Also those that no number can spell: NaN and the infinities."""
        got = value_of(shared, f"({literal(value)})::float8")
        assert (math.isnan(value) and math.isnan(got)) or value == got

    @given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
    @example(value=decimal.Decimal("1E+5"))
    @example(value=decimal.Decimal("-1E-7"))
    def test_decimals(self, shared: Connection, value: decimal.Decimal) -> None:
        """In any notation of Python's."""
        assert value == value_of(shared, f"({literal(value)})::numeric")

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
    def test_decimals_that_are_no_numbers(self, shared: Connection, text: str) -> None:
        """Postgres knows them by the same names."""
        assert text == str(value_of(shared, f"({literal(decimal.Decimal(text))})::numeric"))

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (True, "boolean"),
            (False, "boolean"),
            (None, "text"),
            (dt.date(2024, 2, 29), "date"),
            (dt.time(23, 59, 59, 123456), "time"),
            (dt.datetime(2024, 1, 2, 3, 4, 5), "timestamp"),  # noqa: DTZ001 - a timestamp without time zone is meant
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
        """Each comes back as itself by the type that it is for."""
        got = value_of(shared, f"({literal(value)})::{kind}")
        assert (value.value if isinstance(value, enum.Enum) else value) == got

    def test_json_has_one_spelling(self) -> None:
        """The order in which a dict was written does not matter, and letters stay letters."""
        assert literal({"b": 1, "a": "é"}) == literal({"a": "é", "b": 1}) == """'{"a": "é", "b": 1}'"""

    @pytest.mark.parametrize(
        "value", ["a\0", {"a": "\0"}, ["\\\0"], "\ud800", {"a": "\ud800"}, {"a": float("nan")}]
    )
    def test_what_cannot_be_stored_is_refused(self, value: Any) -> None:
        """NUL, half characters, and numbers that JSON does not know."""
        with pytest.raises(ValueError, match=r"NUL|Unicode|JSON"):
            literal(value)

    def test_text_that_only_looks_like_nul(self, shared: Connection) -> None:
        """A backslash, a u and some zeros are text like any other."""
        assert {"a": "\\u0000"} == value_of(shared, f"{literal({'a': chr(92) + 'u0000'})}::jsonb")

    @pytest.mark.parametrize("value", [object(), Sql("now()"), {1, 2}, 1j])
    def test_no_obvious_constant(self, value: Any) -> None:
        """What has no constant is refused rather than guessed."""
        with pytest.raises(TypeError, match=r"say it with sql\(...\)|is SQL already"):
            literal(value)


class TestDollarQuoted:
    """A body comes through, whatever dollars it holds."""

    @given(body=TEXT | st.text("$tabe1\n", max_size=12))
    @example(body="$")
    @example(body="$table")
    @example(body="$table$")
    @example(body="$table $table1$")
    @example(body="$$")
    @example(body="x$table1")
    def test_any_body(self, shared: Connection, body: str) -> None:
        """The server reads what was written, on lines of its own."""
        assert f"\n{body}\n" == value_of(shared, dollar_quoted(body, "table"))

    def test_within_one_another(self, shared: Connection) -> None:
        """A quoted body can be quoted again."""
        inner = f"BEGIN EXECUTE {dollar_quoted('SELECT 1', 'table')}; END"
        shared.execute(f"DO {dollar_quoted(inner, 'table')}".encode())

    def test_nul_is_refused(self) -> None:
        """As everywhere."""
        with pytest.raises(ValueError, match="NUL"):
            dollar_quoted("\0", "table")
