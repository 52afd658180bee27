"""The source of Python that an import writes."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schema_dsl.importing.expressions import (
    recognize_condition,
    strip_parentheses,
    write_default,
)
from schema_dsl.importing.python import (
    PythonCall,
    PythonDict,
    PythonText,
    assign,
    layout,
    list_of,
    quote,
    quote_block,
)
from schema_dsl.importing.variables import VariableNames, to_variable
from schema_dsl.model.expression import can_indent, unindent
from schema_dsl.sql import Sql


class TestLiterals:
    """Texts as literals."""

    @given(st.text())
    def test_every_text_survives(self, text: str) -> None:
        """Python reads each literal as the text that was written."""
        assert text == ast.literal_eval(quote(text))
        assert text == ast.literal_eval(quote_block(text))

    def test_double_quotes(self) -> None:
        """Double quotes are used, as the formatter of ruff does, unless single quotes need fewer escapes."""
        assert ['"a"', '"it\'s"', "'say \"x\"'", "'it\\'s \"x\"'", '"it\'s \\""'] == [
            quote(text) for text in ("a", "it's", 'say "x"', 'it\'s "x"', "it's \"")
        ]

    def test_width(self) -> None:
        """A line is as long as the formatter of ruff says: some characters are wide, and some have no width."""
        calls = [
            PythonCall("f", (quote(letter * number), quote("x")))
            for letter in ("e", "é", "e\u0301", "字", "😀")
            for number in range(15, 85)
        ]
        text = "".join(f"{assign('a', call)}\n" for call in calls)
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "format", "--isolated", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        assert text == done.stdout

    def test_lines(self) -> None:
        """A text of several lines is a block."""
        assert '"""\na\n"""' == quote_block("\na\n")

    @given(
        st.lists(
            st.sampled_from(["b", "  AND c = 'x'", '"D\\"', "", "   ", "\te", "'two", " words'"]), min_size=1
        )
    )
    def test_indentation(self, lines: list[str]) -> None:
        """SQL of several lines is indented with the source, unless Python would read something else from it."""
        text = unindent("\n".join(["a", *lines]))
        assume(text.count("'") % 2 == 0)
        block = layout(PythonText(text), indent="        ")
        assert text == unindent(ast.literal_eval(block)) or not can_indent(text)

    def test_lines_of_a_block(self) -> None:
        """Lines of a text in a call stand below the argument, and its quotes as the formatter of ruff puts them."""
        call = PythonCall("f", (), {"a": PythonText("b\n  AND c")})
        assert 'f(\n    a="""\n        b\n          AND c\n    """,\n)' == layout(call)


class TestLayout:
    """Expressions on one line, or one argument a line."""

    def test_short_and_long(self) -> None:
        """A short call stays on one line, and a long one has a line for each argument."""
        call = PythonCall("f", (quote("a"),), {"b": list_of([quote("c")]), "d": PythonDict({"e": "1"})})
        assert 'f("a", b=["c"], d={"e": 1})' == layout(call)
        long = PythonCall("f", (quote("a" * 60),), {"b": list_of([quote("c" * 20)])})
        assert f'x = f(\n    "{"a" * 60}",\n    b=["{"c" * 20}"],\n)' == assign("x", long)

    def test_variables(self) -> None:
        """Names that Python or the package has taken are not used twice."""
        names = VariableNames()
        assert ["notes", "notes_view", "app_notes", "text_table", "_1a", "class_"] == [
            names.choose(["notes"], "table", "public"),
            names.choose(["notes"], "view", "public"),
            names.choose(["Notes"], "view", "app"),
            names.choose(["text"], "table", "public"),
            to_variable("1a"),
            to_variable("class"),
        ]


class TestConditions:
    """Conditions as Postgres prints them, and the helpers that people write."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("(a = ANY (ARRAY['x'::text, 'it''s'::text]))", ("a", "one_of", ("x", "it's"))),
            (
                "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
                ("a", "one_of", ("x", "y")),
            ),
            ("((n >= 1) AND (n <= 5))", ("n", "between", (1, 5))),
            ("(price >= (0)::numeric)", ("price", "at_least", (0,))),
            ("(n <= '-3'::integer)", ("n", "at_most", (-3,))),
            ("((n >= ('-9'::integer)::numeric) AND (n <= (9)::numeric))", ("n", "between", (-9, 9))),
            ('(char_length("Full name") <= 100)', ("Full name", "max_length", (100,))),
            ("(a ~ '^[a-z]+$'::text)", ("a", "matches", ("^[a-z]+$",))),
            ("((n >= 1) AND (m <= 5))", None),
            ("((n > 1) OR (n < 0))", None),
            ("(lower(a) = 'x'::text)", None),
        ],
    )
    def test_helpers(self, text: str, expected: tuple[object, ...] | None) -> None:
        """A condition on one column is the call of a helper, and any other condition is none."""
        found = recognize_condition(text)
        assert expected == (None if found is None else (found.column, found.helper, found.arguments))

    def test_outer_parentheses(self) -> None:
        """Only parentheses around the whole are left out."""
        assert "(a) OR (b)" == strip_parentheses("((a) OR (b))")
        assert "(a = ')') AND b" == strip_parentheses("((a = ')') AND b)")

    @pytest.mark.parametrize(
        ("text", "type_sql", "expected"),
        [
            ("'x'::text", "text", '"x"'),
            ("1", "integer", "1"),
            ("true", "boolean", "True"),
            ("'x'::bpchar", "text", "sql(\"'x'::bpchar\")"),
            ("'x'::character varying", "character varying(9)", '"x"'),
            ("now()", "timestamp with time zone", "now()"),
            ("'{}'::jsonb", "jsonb", "{}"),
            ("'{}'::text[]", "text[]", "[]"),
            ("'a'::public.mood", "public.mood", '"a"'),
            ("'2026-01-01'::date", "date", '"2026-01-01"'),
            ("'08:00:00'::time without time zone", "time without time zone", '"08:00"'),
            ("'08:00:30'::time without time zone", "time without time zone", '"08:00:30"'),
            ("'1 mon'::interval", "interval", '"1 month"'),
            ("'{a}'::public.mood[]", "public.mood[]", '"{a}"'),
            ("'1'::integer", "integer", "sql(\"'1'::integer\")"),
            ("ARRAY['read'::text, 'it''s'::text]", "text[]", '["read", "it\'s"]'),
            ("ARRAY[now()]", "timestamp with time zone[]", 'sql("ARRAY[now()]")'),
            ("(a + 1)", "integer", 'sql("a + 1")'),
        ],
    )
    def test_defaults(self, text: str, type_sql: str, expected: str) -> None:
        """A default is a Python value where there is one, and SQL otherwise."""
        assert expected == layout(write_default(Sql(text), type_sql))
