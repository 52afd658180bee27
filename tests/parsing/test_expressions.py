"""Tests of the parse trees and names of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from schema_dsl.errors import ParseError
from schema_dsl.parsing import (
    SqlSyntaxError,
    fold_condition,
    list_columns,
    list_functions,
    list_relations,
    list_relations_in,
    list_types,
    parse_expression,
    parse_query,
    parse_statement,
    walk,
)


class TestWalk:
    """Every message of a tree."""

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT 1",
            "WITH RECURSIVE r AS (SELECT x FROM s) SELECT a.b, count(*) FILTER (WHERE c), $1 FROM r FOR UPDATE OF r",
            "INSERT INTO t VALUES (1, DEFAULT, current_user, ARRAY[1.5, NULL], 'a'::text[], B'1', true)",
            "UPDATE t SET a = (SELECT max(b) OVER w FROM u WINDOW w AS (ORDER BY c)), d[1] = CASE e WHEN 1 THEN 2 END",
        ],
    )
    def test_order(self, text: str) -> None:
        """`walk` yields each message that has a value, parents first, in the order of the fields."""
        tree = parse_statement(text)
        assert [type(node).__name__ for node in walk(tree)] == list(_list_types(tree))


def _list_types(node: Any) -> Iterator[str]:
    """Yield the types of a message and of the messages below it by generic access alone."""
    yield node.DESCRIPTOR.name
    for field, value in node.ListFields():
        if field.message_type is not None:
            for child in value if field.is_repeated else (value,):
                yield from _list_types(child)


class TestExpression:
    """Parsing of exactly one expression."""

    @pytest.mark.parametrize("text", ["a", "a > 1 AND b", "EXISTS (SELECT 1)", "'a'::text", "a -- why", "1"])
    def test_valid_expressions(self, text: str) -> None:
        """Every text that CHECK ( ) accepts is an expression."""
        assert parse_expression(text).WhichOneof("node")

    @pytest.mark.parametrize(
        ("text", "offset", "token"),
        [
            ("a,b", 1, ","),
            ("a from t", 2, "from"),
            ("", 0, None),
            ("'ééé' + +", 9, None),
            ("é b c", 2, "b"),
            ("a) NOT VALID; DROP TABLE t; SELECT (1", None, None),
        ],
    )
    def test_position_of_errors(self, text: str, offset: int | None, token: str | None) -> None:
        """The error has the offset in characters of the given text, and the wrong token."""
        with pytest.raises(SqlSyntaxError) as caught:
            parse_expression(text)
        assert (offset, token) == (caught.value.problem.offset, caught.value.problem.token)

    def test_refuses_a_second_expression_smuggled_in(self) -> None:
        """A text that closes the parenthesis is not an expression."""
        with pytest.raises(ParseError, match="expected one expression, found several"):
            parse_expression("true) NOT VALID, ADD CHECK (false")


class TestNames:
    """The names in expressions and queries."""

    def test_columns_are_unquoted_and_folded(self) -> None:
        """Quoted names keep their case, other names are folded, and the list has no duplicates."""
        assert (("User", "id"), ("name",)) == list_columns('"User".ID = NAME OR name IS NULL')

    def test_relations_leave_out_names_of_with(self) -> None:
        """The name of a WITH query is not a relation in its scope, and is a relation outside of it."""
        text = (
            "EXISTS (WITH q AS (SELECT * FROM a.b) SELECT 1 FROM q JOIN z ON true) AND EXISTS (SELECT FROM q)"
        )
        assert (("a", "b"), (None, "z"), (None, "q")) == list_relations(text)

    def test_recursive_with_sees_itself(self) -> None:
        """With RECURSIVE, the name of a WITH query is in the scope of its own query."""
        tree = parse_query("WITH RECURSIVE r AS (SELECT 1 FROM t UNION ALL SELECT 1 FROM r) SELECT * FROM r")
        assert ((None, "t"),) == list_relations_in(tree)

    def test_functions(self) -> None:
        """The names of functions have the schema if the text has it."""
        assert (("auth", "uid"), (None, "lower")) == list_functions("auth.uid() = Lower(x)")

    def test_types(self) -> None:
        """Types with their own syntax have their catalog name."""
        assert (("pg_catalog", "int4"), ("foo", "bar")) == list_types("x::int + y::Foo.bar[]")


class TestStatements:
    """Parsing of single statements and queries."""

    def test_only_one(self) -> None:
        """Two statements are refused."""
        with pytest.raises(SqlSyntaxError, match="found 2"):
            parse_statement("SELECT 1; SELECT 2")

    def test_a_query_is_a_query(self) -> None:
        """A DDL statement is not a query."""
        with pytest.raises(SqlSyntaxError, match="expected a query"):
            parse_query("CREATE TABLE t ()")


class TestConstant:
    """Folding of conditions to a constant."""

    @pytest.mark.parametrize(
        "text",
        ["true", "(TRUE)", "2 > 1", "1 = 1", "id = id", "true OR x", "NOT false", "NOT (1 = 2)", "'a' = 'a'"],
    )
    def test_always_true(self, text: str) -> None:
        """The condition is true for every row."""
        assert fold_condition(text) is True

    @pytest.mark.parametrize("text", ["false", "1 = 2", "x > 1 AND false", "NOT true", "(2 < 1)"])
    def test_always_false(self, text: str) -> None:
        """The condition is false for every row."""
        assert fold_condition(text) is False

    @pytest.mark.parametrize(
        "text",
        [
            "x > 1",
            "(SELECT auth.uid()) = user_id",
            "random() = random()",
            "x BETWEEN 1 AND 3",
            "x IN (1, 2)",
            "x = NULL",
            "x IS NOT NULL",
            "NULL",
            "coalesce(x, true)",
            "current_setting('a') = current_setting('a')",
            "a = b OR x IN ('y')",
        ],
    )
    def test_depends(self, text: str) -> None:
        """The condition depends on the row or the session, or its value is unknown."""
        assert fold_condition(text) is None

    def test_invalid_expression(self) -> None:
        """A text that Postgres refuses is an error, even if sqlglot accepts it."""
        with pytest.raises(SqlSyntaxError):
            fold_condition("a >")
