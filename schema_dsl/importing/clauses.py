"""Lay out a query clause by clause without changing its words."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from schema_dsl.parsing.lexer import Token, tokens

# As the formatter of the parser indents.
_INDENT: Final = "  "
_CLAUSES: Final = frozenset(
    {
        "select",
        "from",
        "where",
        "group",
        "having",
        "window",
        "order",
        "limit",
        "offset",
        "union",
        "intersect",
        "except",
    }
)
_JOINS: Final = frozenset({"join", "left", "right", "full", "inner", "cross", "natural"})
# Words before FROM, GROUP and JOIN that begin no clause: IS DISTINCT FROM, WITHIN GROUP, LEFT OUTER JOIN.
_PRECEDING: Final = {"from": {"distinct"}, "group": {"within"}, "join": {*_JOINS, "outer"}}


def lay_out_clauses(text: str, width: int) -> str:
    """Return a query with each clause and each join on a line of its own, and a long list with an item a line.

    Args:
        text: The query on one line.
        width: The length of a line above which a list gets several.
    """
    starts = [0]
    before = ""
    for token in _list_outer_words(text):
        begins = token.word in _CLAUSES | _JOINS and before not in _PRECEDING.get(token.word, ())
        if begins and token.start:
            starts.append(token.start)
        before = token.word
    clauses = [text[start:end].strip() for start, end in pairwise([*starts, len(text)])]
    return "\n".join(_lay_out_clause(clause, width) for clause in clauses)


def _list_outer_words(text: str) -> list[Token]:
    """Return the words outside of parentheses."""
    depth = 0
    found = []
    for token in tokens(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.word, 0)
        if depth == 0 and token.kind == "word":
            found.append(token)
    return found


def _lay_out_clause(clause: str, width: int) -> str:
    if clause.partition(" ")[0].lower() in _JOINS:
        return f"{_INDENT}{clause}"
    if len(clause) <= width or not clause.startswith("SELECT "):
        return clause
    items = _split_list(clause.removeprefix("SELECT "))
    return "SELECT\n" + ",\n".join(f"{_INDENT}{item}" for item in items)


def _split_list(text: str) -> list[str]:
    """Return the items of a list, which commas outside of parentheses and quotes separate."""
    items, start, depth = [], 0, 0
    for token in tokens(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.word, 0)
        if depth == 0 and token.word == ",":
            items.append(text[start : token.start].strip())
            start = token.end
    return [*items, text[start:].strip()]
