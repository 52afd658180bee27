"""Trees and names of expressions."""

from __future__ import annotations

import pytest

from schema_dsl.errors import ParseError
from schema_dsl.parsing import (
    SqlSyntaxError,
    columns_of,
    constant,
    expression,
    functions_of,
    query,
    relations_in,
    relations_of,
    statement,
    types_of,
)


class TestExpression:
    """One expression, and nothing but one."""

    @pytest.mark.parametrize("text", ["a", "a > 1 AND b", "EXISTS (SELECT 1)", "'a'::text", "a -- why", "1"])
    def test_takes_what_postgres_takes(self, text: str) -> None:
        """Anything that fits between the parentheses of a CHECK is an expression."""
        assert expression(text).WhichOneof("node")

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
    def test_says_where_it_is_wrong(self, text: str, offset: int | None, token: str | None) -> None:
        """The place is counted in characters of the given text, and the token is the one that is wrong."""
        with pytest.raises(SqlSyntaxError) as caught:
            expression(text)
        assert (offset, token) == (caught.value.problem.offset, caught.value.problem.token)

    def test_refuses_a_second_expression_smuggled_in(self) -> None:
        """A text that closes the parenthesis itself is not an expression."""
        with pytest.raises(ParseError, match="not one expression"):
            expression("true) NOT VALID, ADD CHECK (false")


class TestNames:
    """Names as Postgres will know them."""

    def test_columns_are_unquoted_and_folded(self) -> None:
        """Quoted names keep their case, others lose it; each appears once."""
        assert (("User", "id"), ("name",)) == columns_of('"User".ID = NAME OR name IS NULL')

    def test_relations_leave_out_names_of_with(self) -> None:
        """A WITH name is no relation where it is visible, and is one where it is not."""
        text = (
            "EXISTS (WITH q AS (SELECT * FROM a.b) SELECT 1 FROM q JOIN z ON true) AND EXISTS (SELECT FROM q)"
        )
        assert (("a", "b"), (None, "z"), (None, "q")) == relations_of(text)

    def test_recursive_with_sees_itself(self) -> None:
        """Under RECURSIVE a WITH name is visible in its own query."""
        tree = query("WITH RECURSIVE r AS (SELECT 1 FROM t UNION ALL SELECT 1 FROM r) SELECT * FROM r")
        assert ((None, "t"),) == relations_in(tree)

    def test_functions(self) -> None:
        """Functions carry their schema if it was written."""
        assert (("auth", "uid"), (None, "lower")) == functions_of("auth.uid() = Lower(x)")

    def test_types(self) -> None:
        """Types with a syntax of their own come under their catalog name."""
        assert (("pg_catalog", "int4"), ("foo", "bar")) == types_of("x::int + y::Foo.bar[]")


class TestStatements:
    """Single statements and queries."""

    def test_only_one(self) -> None:
        """Two statements are not one."""
        with pytest.raises(SqlSyntaxError, match="found 2"):
            statement("SELECT 1; SELECT 2")

    def test_a_query_is_a_query(self) -> None:
        """DDL is no query."""
        with pytest.raises(SqlSyntaxError, match="expected a query"):
            query("CREATE TABLE t ()")


class TestConstant:
    """What a condition comes to, whatever the row."""

    @pytest.mark.parametrize(
        "text",
        ["true", "(TRUE)", "2 > 1", "1 = 1", "id = id", "true OR x", "NOT false", "NOT (1 = 2)", "'a' = 'a'"],
    )
    def test_always_true(self, text: str) -> None:
        """It lets every row pass."""
        assert constant(text) is True

    @pytest.mark.parametrize("text", ["false", "1 = 2", "x > 1 AND false", "NOT true", "(2 < 1)"])
    def test_always_false(self, text: str) -> None:
        """It lets none pass."""
        assert constant(text) is False

    @pytest.mark.parametrize(
        "text",
        [
            "x > 1",
            "(SELECT auth.uid()) = user_id",
            "random() = random()",
            "x BETWEEN 1 AND 3",
            "NULL",
            "coalesce(x, true)",
            "current_setting('a') = current_setting('a')",
            "a = b OR x IN ('y')",
        ],
    )
    def test_depends(self, text: str) -> None:
        """It depends on the row, on the moment, or nobody knows."""
        assert constant(text) is None

    def test_postgres_decides_what_is_wrong(self) -> None:
        """What Postgres refuses is an error, whatever sqlglot makes of it."""
        with pytest.raises(SqlSyntaxError):
            constant("a >")
