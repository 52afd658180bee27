"""Read the elements of a simple CREATE TABLE, each distinct text once.

The columns of a large schema repeat few types and defaults, and sqlglot takes 1.4 ms for a table of 14 columns. So a
CREATE TABLE without unusual quotes is split at its commas, and its elements are parsed with a placeholder for the name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

import attrs

from schema_dsl.lint.second_reader.elements import read_facts
from schema_dsl.lint.second_reader.facts import Fact, Relation, Values, part_key
from schema_dsl.lint.second_reader.shapes import parse_by_shape
from schema_dsl.lint.second_reader.skeletons import NAME, PLACEHOLDER, normalize_blanks
from schema_dsl.lint.second_reader.sqlglot_parser import is_keyword

_HEAD: Final = re.compile(rf"CREATE TABLE IF NOT EXISTS (?P<schema>{NAME})\.(?P<table>{NAME}) \(")
_UNUSUAL: Final = re.compile(r"""\$|/\*|\\|\b[eEuUxXbBnN]&?['"]""")
_BORDER: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[(),\[\]]""")
_COLUMN: Final = re.compile(rf"(?P<name>{NAME}) (?P<rest>.+)", re.DOTALL)
_MAX_CACHED: Final = 32768
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
        found = _read_element(element.rstrip()).list_facts(relation, end - len(element))
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
                if text[start : border.start()].strip():
                    spans.append((start, border.start()))
                return None if text[border.end() :].strip() else spans
            depth -= 1
    return None


# The kind, the name and the attributes of an element; None if sqlglot cannot parse it, or a column has constraints,
# whose names depend on its name.
_Skeleton: TypeAlias = tuple[str, str, Values] | None


@attrs.frozen
class _Element:
    """An element of CREATE TABLE.

    Attributes:
        text: The text.
        name: The name; "" if the element has no simple name.
        name_start: The offset of the name in the text.
        read: The facts that sqlglot reads in the element with a placeholder for its name.
        depends_on_table: Whether sqlglot has to read the whole text, for each table of its own.
    """

    text: str
    name: str = ""
    name_start: int = 0
    read: _Skeleton = None
    depends_on_table: bool = True

    def list_facts(self, relation: Relation, start: int) -> list[Fact] | None:
        """Return the facts of the element at an offset in the statement; None if sqlglot cannot read it."""
        if self.depends_on_table:
            return read_facts(self.text, relation, start)
        if self.read is None:
            return None
        kind, _, values = self.read
        key = part_key(kind, relation, self.name)
        return [Fact("create", key, values, start + self.name_start, len(self.name))]


@lru_cache(maxsize=_MAX_CACHED)
def _read_element(element: str) -> _Element:
    """Read an element. Many tables have the same columns."""
    reduced = normalize_blanks(element)
    match = _CONSTRAINT.match(reduced) or _COLUMN.match(reduced)
    if match is None:
        return _Element(element)
    before, name = reduced[: match.start("name")], match["name"]
    name_start = element.index(name, len(before) - 1) if before else 0
    # sqlglot may treat a keyword unlike another name, so the keyword stays.
    shown = name if is_keyword(name) else PLACEHOLDER
    read = read_skeleton(f"{before}{shown} {match['rest']}")
    is_misread = is_keyword(name) and (read is None or read[1] != name)
    return _Element(element, name, name_start, read, is_misread)


@parse_by_shape
def read_skeleton(element: str) -> _Skeleton:
    """Return the kind, the name and the attributes of an element; None if sqlglot cannot read it as one."""
    facts = read_facts(element, ("", PLACEHOLDER))
    if facts is None or len(facts) != 1:
        return None
    return facts[0].key.kind, facts[0].key.name, facts[0].values
