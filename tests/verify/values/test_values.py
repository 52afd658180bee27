"""Test the generation of values: examples of patterns, and values near the constants of a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from schema_dsl.postgres import Connection, Server
from schema_dsl.sql import Sql
from schema_dsl.verify.values import DatabaseTypes, Evaluator, TypedSlot, candidate_values
from schema_dsl.verify.values.patterns import like_example, regex_examples


def find_slot(connection: Connection, written: str) -> TypedSlot:
    """Return the slot of a type."""
    row = connection.execute("SELECT %s::regtype::oid::bigint", [written]).fetchone()
    assert row is not None
    return TypedSlot(DatabaseTypes(connection).read([row[0]])[row[0]], -1, written)


def list_candidates(server: Server, condition: str, types: Mapping[str, str]) -> dict[str, list[str | None]]:
    """Return the candidate values of a condition in Postgres text format."""
    with server.connect() as connection:
        slots = {name: find_slot(connection, written) for name, written in types.items()}
        found = candidate_values(condition, slots)
        evaluator = Evaluator(connection)
        return {
            name: evaluator.texts([(value, slots[name]) for value in values])
            for name, values in found.items()
        }


class TestPatterns:
    """Examples of patterns match the patterns."""

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
        """Every example matches the regular expression."""
        examples = regex_examples(pattern, range(4))
        assert examples
        assert [example for example in examples if re.search(pattern, example)] == list(examples)

    def test_examples_differ(self) -> None:
        """Examples of different numbers differ, for unique columns."""
        assert len(set(regex_examples(r"^[a-z]{2}\d{2}$", range(9)))) == 9

    @pytest.mark.parametrize("pattern", ["(?=x)", r"(a)\1", "[[:nonsense:]]", "a**", "["])
    def test_unsupported(self, pattern: str) -> None:
        """An unsupported pattern has no examples and raises no error."""
        assert regex_examples(pattern) == ()

    def test_like(self) -> None:
        """The example replaces the wildcards of LIKE, and keeps escaped wildcards."""
        assert like_example(r"a%b_c\%") == "axbxc%"


class TestCandidates:
    """Values that derive from the parse tree of a condition."""

    def test_list(self, server: Server) -> None:
        """The values for IN are the members, the members in upper case, an unlisted text and the empty text."""
        found = list_candidates(server, "state IN ('active', 'gone')", {"state": "text"})["state"]
        assert {"active", "gone", "ACTIVE", "GONE", "stranger", ""} <= set(found)

    def test_list_as_postgres_writes_it(self, server: Server) -> None:
        """The values for IN also derive from the form in which the catalog stores IN."""
        condition = "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"
        assert {"a", "b"} <= set(list_candidates(server, condition, {"state": "varchar"})["state"])

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
        """The values contain the bound, and the values just below and above."""
        assert expected - set(list_candidates(server, condition, {"x": kind})["x"]) == set()

    def test_columns_against_each_other(self, server: Server) -> None:
        """If a condition compares two columns, the values contain pairs below, at and above the bound."""
        found = list_candidates(server, "b > a + 10", {"a": "integer", "b": "integer"})
        differences = {
            int(b) - int(a) for a in found["a"] for b in found["b"] if a is not None and b is not None
        }
        assert {9, 10, 11} <= differences

    def test_invalid_values(self, server: Server) -> None:
        """A value that does not fit the type is None, and the evaluator still evaluates the other values."""
        with server.connect() as connection:
            from schema_dsl import sql  # noqa: PLC0415

            integer = find_slot(connection, "integer")
            assert Evaluator(connection).texts([(sql("1"), integer), (sql("'x'"), integer)]) == ["1", None]


class TestEvaluator:
    """The values of constants are asked for once."""

    def test_constants(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only the first call asks the server for the value of a constant, also in another column of the type."""
        asked: list[str] = []
        ask = Evaluator.values

        def record(self: Evaluator, expressions: Sequence[str]) -> list[object]:
            asked.extend(expressions)
            return ask(self, expressions)

        monkeypatch.setattr(Evaluator, "values", record)
        texts = ["'a''b'", "'a'::text", "NULL", "7", "(CAST(7 AS integer) + 1)", "(2 * CAST(7 AS integer))"]
        with server.connect() as connection:
            evaluator = Evaluator(connection)
            for _ in range(2):
                slot = find_slot(connection, "text")
                assert ["a'b", "a", None, "7", "8", "14"] == evaluator.texts(
                    [(Sql(text), slot) for text in texts]
                )
        assert len(texts) == len(asked)

    def test_what_changes(self, server: Server) -> None:
        """The present moment and the name of an object are those of the call."""
        with server.connect() as connection, connection.transaction(force_rollback=True):
            connection.execute("CREATE TEMPORARY TABLE one ()")
            row = connection.execute("SELECT 'one'::regclass::oid::bigint").fetchone()
            assert row is not None
            expressions = [
                (Sql(text), find_slot(connection, written))
                for text, written in [
                    ("clock_timestamp()", "timestamptz"),
                    ("pg_catalog.current_setting('a.b')", "text"),
                    (f"'{row[0]}'", "regclass"),
                    (f"'{{{row[0]}}}'", "regclass[]"),
                ]
            ]
            evaluator = Evaluator(connection)
            connection.execute("SET LOCAL a.b = 'x'")
            first = evaluator.texts(expressions)
            connection.execute("SET LOCAL a.b = 'y'; ALTER TABLE one RENAME TO other")
            second = evaluator.texts(expressions)
        assert ["x", "one", "{one}"] == first[1:]
        assert ["y", "other", "{other}"] == second[1:]
        assert first[0] != second[0]

    def test_now(self, server: Server) -> None:
        """A constant that names the present moment is no constant: each transaction has another."""
        with server.connect() as connection:
            evaluator, slot = Evaluator(connection), find_slot(connection, "timestamptz")
            assert evaluator.texts([(Sql("'now'"), slot)]) != evaluator.texts([(Sql("'now'"), slot)])
