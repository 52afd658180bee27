"""A text that nests too deep for the parser is a problem with a place, and no end of the process."""

from __future__ import annotations

import pytest

from schema_dsl.parsing.depth import MAX_DEPTH, find_excess_depth
from schema_dsl.parsing.grammar import ParseMode, Problem, parse

DEEP = {
    "operators": ("SELECT 1", " + 1"),
    "operators of two characters": ("SELECT 'a'", " || 'a'"),
    "casts": ("SELECT 1", "::int"),
    "COLLATE": ("SELECT 'a'", ' COLLATE "C"'),
    "IS NULL": ("SELECT 1", " IS NULL"),
    "UNION": ("SELECT a, b", " UNION ALL SELECT a, b"),
    "JOIN": ("SELECT 1 FROM a", " JOIN b ON b.x = a.x AND b.y = 1"),
    "beside semicolons in strings": ("SELECT 'a'", " || ';'"),
    "beside semicolons in names": ("SELECT 1", ' + ";"'),
    "beside semicolons in bodies": ("SELECT ''", " || $a$;$a$"),
    "beside semicolons in comments": ("SELECT 1", " + 1 /* ; */"),
    "within a check": ("CREATE TABLE t (a int, CHECK (a > 1", " + 1"),
}
FLAT = {
    "AND": ("SELECT true", " AND a > 1 + 2"),
    "OR": ("SELECT true", " OR a > 1 + 2"),
    "a list": ("SELECT 1", ", 1 + 1"),
    "statements": ("SELECT 1", "; SELECT 1 + 1"),
    "statements with bodies": ("SELECT 1", "; DO $$ BEGIN PERFORM 1 + 1; END $$"),
    "strings": ("SELECT 1", ", '1 + 1 + 1'"),
    "comments": ("SELECT 1", " -- + 1 + 1\n"),
    "calls": ("SELECT 1", ", f(a + 1, b[1 + 1])"),
}


@pytest.mark.parametrize("form", DEEP)
def test_too_deep(form: str) -> None:
    """30,000 terms, which end the process in the parser, are a problem at the term that exceeds the limit."""
    start, term = DEEP[form]
    text = start + term * 30_000
    problem = parse(text)
    assert isinstance(problem, Problem)
    assert "stack depth limit exceeded" in problem.message
    place = len(start) + len(term) * MAX_DEPTH
    assert problem.offset is not None
    assert place - len(term) <= problem.offset <= place + len(term)


@pytest.mark.parametrize("form", DEEP)
def test_as_many_as_postgres_takes(form: str) -> None:
    """As many terms as a server takes by default are parsed."""
    start, term = DEEP[form]
    assert find_excess_depth(start + term * (MAX_DEPTH - 2)) is None


@pytest.mark.parametrize("form", FLAT)
def test_flat(form: str) -> None:
    """A list of any length is no depth."""
    start, term = FLAT[form]
    assert find_excess_depth(start + term * 30_000) is None


def test_in_parentheses() -> None:
    """The levels in parentheses add to those around them."""
    half = " + 1" * (MAX_DEPTH // 2 + 10)
    assert find_excess_depth(f"SELECT (1{half}){half}") is not None
    assert find_excess_depth(f"SELECT (1{half}), (1{half})") is None


def test_expression() -> None:
    """An expression of a definition is measured too."""
    problem = parse("1" + " + 1" * 30_000, ParseMode.EXPRESSION)
    assert isinstance(problem, Problem)
    assert problem.offset is not None
