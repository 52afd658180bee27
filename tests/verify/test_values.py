"""Values worth trying: patterns' examples, and what lies around a condition's constants."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.values import DatabaseTypes, Evaluator, TypedSlot, candidate_values
from schema_dsl.verify.values.patterns import like, matching


def place(connection: Connection, written: str) -> TypedSlot:
    """Look a type up."""
    row = connection.execute("SELECT %s::regtype::oid::bigint", [written]).fetchone()
    assert row is not None
    return TypedSlot(DatabaseTypes(connection).at([row[0]])[row[0]], -1, written)


def tried(server: Server, condition: str, types: Mapping[str, str]) -> dict[str, list[str | None]]:
    """Give the values, as texts, that a condition makes worth trying."""
    with server.connect() as connection:
        places = {name: place(connection, written) for name, written in types.items()}
        found = candidate_values(condition, places)
        ask = Evaluator(connection)
        return {name: ask.texts([(each, places[name]) for each in values]) for name, values in found.items()}


class TestPatterns:
    """Texts for patterns are texts that the patterns take."""

    @pytest.mark.parametrize(
        "pattern",
        [
            r"^[a-z]{3}-\d{4}$",
            r"^\+?[1-9]\d{1,14}$",
            r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
            r"^(foo|bar)+$",
            r"^#[0-9a-fA-F]{6}$",
            r"^[0-9]+@(s\.whatsapp\.net|g\.us)$",
            r"^.{3,5}$",
            r"^[]a]*x?$",
            r"\S",
        ],
    )
    def test_matches(self, pattern: str) -> None:
        """Every example of a regular expression matches it."""
        examples = matching(pattern, range(4))
        assert examples
        assert [each for each in examples if re.search(pattern, each)] == list(examples)

    def test_examples_differ(self) -> None:
        """Unique columns get one value after the other."""
        assert len(set(matching(r"^[a-z]{2}\d{2}$", range(9)))) == 9

    @pytest.mark.parametrize("pattern", ["(?=x)", r"(a)\1", "[[:nonsense:]]", "a**", "["])
    def test_beyond(self, pattern: str) -> None:
        """What is beyond us gives nothing, and no error."""
        assert matching(pattern) == ()

    def test_like(self) -> None:
        """Wildcards of LIKE stand for something, escaped ones for themselves."""
        assert like(r"a%b_c\%") == "axbxc%"


class TestCandidates:
    """What a condition's tree makes worth trying."""

    def test_list(self, server: Server) -> None:
        """Of a list there are all members, members in another case, a stranger and the empty text."""
        found = tried(server, "state IN ('active', 'gone')", {"state": "text"})["state"]
        assert {"active", "gone", "ACTIVE", "GONE", "stranger", ""} <= set(found)

    def test_list_as_postgres_writes_it(self, server: Server) -> None:
        """A list is found in the form that the catalog has it in, too."""
        condition = "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"
        assert {"a", "b"} <= set(tried(server, condition, {"state": "varchar"})["state"])

    @pytest.mark.parametrize(
        ("condition", "kind", "expected"),
        [
            ("x BETWEEN 0 AND 3", "integer", {"-1", "0", "1", "2", "3", "4"}),
            ("x > -2.5", "numeric", {"-2.5", "-2.500001", "-2.499999"}),
            ("char_length(x) <= 3", "text", {"xx", "xxx", "xxxx"}),
            ("cardinality(x) < 2", "text[]", {"{}"}),
            ("x >= DATE '2020-02-29'", "date", {"2020-02-28", "2020-02-29", "2020-03-01"}),
            ("x < TIME '12:00'", "time", {"12:00:00", "11:59:59.999999"}),
            ("x ~ '^[a-c]{2}$'", "text", {"aa", "aa!", "!aa", "AA"}),
            ("x LIKE 'a%'", "text", {"ax"}),
            ("jsonb_typeof(x) = 'object'", "jsonb", {"{}", "[]", "null"}),
            ("x ? 'key'", "jsonb", {'{"key": 1}'}),
            ("NOT (x IS NULL OR x = 5)", "integer", {"5", "4", "6"}),
        ],
    )
    def test_bounds(self, server: Server, condition: str, kind: str, expected: set[str]) -> None:
        """There is the bound itself, and what lies just below and just above it."""
        assert expected - set(tried(server, condition, {"x": kind})["x"]) == set()

    def test_columns_against_each_other(self, server: Server) -> None:
        """Two columns that are compared get values of which some are equal, some less and some greater."""
        found = tried(server, "b > a + 10", {"a": "integer", "b": "integer"})
        differences = {
            int(b) - int(a) for a in found["a"] for b in found["b"] if a is not None and b is not None
        }
        assert {9, 10, 11} <= differences

    def test_impossible_values_are_told(self, server: Server) -> None:
        """A value that is none of the type is None, and keeps no other from being asked."""
        with server.connect() as connection:
            from schema_dsl import sql  # noqa: PLC0415

            integer = place(connection, "integer")
            assert Evaluator(connection).texts([(sql("1"), integer), (sql("'x'"), integer)]) == ["1", None]
