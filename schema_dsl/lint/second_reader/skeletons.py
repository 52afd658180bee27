"""Parse statements that differ only in their names once.

A large schema has thousands of statements such as CREATE INDEX that differ in the names of the object and of the table.
sqlglot takes 100 µs for each of them. A skeleton is such a statement with other names in their place.
"""

from __future__ import annotations

import re
from typing import Final

from schema_dsl.lint.second_reader.sqlglot_parser import is_keyword

NAME: Final = "[a-z_][a-z0-9_]*"
"""A name that needs no quotes."""
PLACEHOLDER: Final = "x"


def build_skeleton(match: re.Match[str] | None) -> tuple[str, dict[str, str]] | None:
    """Return a statement with placeholders for its names, and the names.

    Args:
        match: The match of the whole statement by a pattern whose named groups are the names, in their order.

    Returns:
        None if there is no match, or if sqlglot may treat one of the names unlike another name.
    """
    if match is None:
        return None
    text = match.string
    pieces = []
    done = 0
    names = match.groupdict()
    for group, name in names.items():
        if is_keyword(name):
            return None
        start, end = match.span(group)
        pieces += [text[done:start], PLACEHOLDER]
        done = end
    return "".join([*pieces, text[done:]]), names


def normalize_blanks(text: str) -> str:
    """Reduce the blanks before the first quote; a text with quoted names or comments stays unchanged."""
    if '"' in text or "--" in text:
        return text
    before, quote, after = text.partition("'")
    reduced = " ".join(before.split())
    return f"{reduced} {quote}{after}" if quote and before[-1:].isspace() else f"{reduced}{quote}{after}"
