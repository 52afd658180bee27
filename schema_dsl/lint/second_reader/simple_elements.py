"""Read the elements of a simple CREATE TABLE, each distinct text once.

The columns of a large schema repeat few types and defaults, and sqlglot takes 1.4 ms for a table of 14 columns. So a
CREATE TABLE without unusual quotes is split at its commas, and its elements are parsed with a placeholder for the name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from schema_dsl.lint.second_reader.elements import read_facts
from schema_dsl.lint.second_reader.facts import Fact, Relation, Values, part_key
from schema_dsl.lint.second_reader.skeletons import NAME, PLACEHOLDER
from schema_dsl.lint.second_reader.sqlglot_parser import is_keyword

_HEAD: Final = re.compile(rf"CREATE TABLE IF NOT EXISTS (?P<schema>{NAME})\.(?P<table>{NAME}) \(")
_UNUSUAL: Final = re.compile(r"""\$|/\*|\\|\b[eEuUxXbBnN]&?['"]""")
_BORDER: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[(),\[\]]""")
_COLUMN: Final = re.compile(rf"(?P<name>{NAME}) (?P<rest>.+)", re.DOTALL)
_CONSTRAINT: Final = re.compile(rf"CONSTRAINT (?P<name>{NAME}) (?P<rest>.+)", re.DOTALL)


def read_simple_table(text: str) -> tuple[Relation, tuple[int, int], list[Fact]] | None:
    """Return the table, the span of its name, and the facts of its elements.

    Returns:
        None if the statement is not simple, or sqlglot cannot parse one of its elements.
    """
    head = _HEAD.match(text)
    if head is None or _UNUSUAL.search(text) or is_keyword(head["schema"]) or is_keyword(head["table"]):
        return None
    spans = _split(text, head.end())
    if spans is None:
        return None
    relation = head["schema"], head["table"]
    facts: list[Fact] = []
    for start, end in spans:
        element = text[start:end].lstrip()
        found = _read_element(element.rstrip(), relation, end - len(element))
        if found is None:
            return None
        facts += found
    return relation, (head.start("schema"), head.end("table") - head.start("schema")), facts


def _split(text: str, start: int) -> list[tuple[int, int]] | None:
    """Return the spans of the elements; None if more text follows the closing parenthesis, or it is missing."""
    spans = []
    depth = 0
    for border in _BORDER.finditer(text, start):
        character = border[0]
        if character == "," and not depth:
            spans.append((start, border.start()))
            start = border.end()
        elif character in {"(", "["}:
            depth += 1
        elif character in {")", "]"}:
            if not depth:
                last = start, border.start()
                return (
                    None
                    if text[border.end() :].strip()
                    else [*spans, last]
                    if text[slice(*last)].strip()
                    else spans
                )
            depth -= 1
    return None


def _read_element(text: str, relation: Relation, start: int) -> list[Fact] | None:
    element = normalize_element(text)
    match = _CONSTRAINT.match(element) or _COLUMN.match(element)
    if match is not None and not is_keyword(match["name"]):
        before, name = element[: match.start("name")], match["name"]
        read = read_skeleton(f"{before}{PLACEHOLDER} {match['rest']}")
        if read is None:
            return None
        offset = start + (text.index(name, len(before) - 1) if before else 0)
        return [Fact("create", part_key(read[0], relation, name), read[1], offset, len(name))]
    return read_facts(text, relation, start)


def normalize_element(text: str) -> str:
    """Reduce the blanks before the first quote; an element with quoted names or comments stays unchanged."""
    if '"' in text or "--" in text:
        return text
    before, quote, after = text.partition("'")
    reduced = " ".join(before.split())
    return f"{reduced} {quote}{after}" if quote and before[-1:].isspace() else f"{reduced}{quote}{after}"


@lru_cache(maxsize=8192)
def read_skeleton(element: str) -> tuple[str, Values] | None:
    """Return the kind and the attributes of an element with a placeholder for its name.

    Returns:
        None if sqlglot cannot parse the element, or a column has constraints, whose names depend on its name.
    """
    facts = read_facts(element, ("", PLACEHOLDER))
    return (facts[0].key.kind, facts[0].values) if facts is not None and len(facts) == 1 else None
