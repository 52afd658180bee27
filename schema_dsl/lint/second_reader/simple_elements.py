"""Read the elements of a simple CREATE TABLE, each distinct text once.

The columns of a large schema repeat few types and defaults, and sqlglot takes 1.4 ms for a table of 14 columns. So a
CREATE TABLE without unusual quotes is split at its commas, and its elements are parsed with a placeholder for the name.
"""

from __future__ import annotations

import re
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
    elements = [_read_text(text, *span) for span in spans]
    facts: list[Fact] = []
    for element in elements:
        found = element.read(relation)
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


@attrs.frozen
class _Element:
    """An element of CREATE TABLE.

    Attributes:
        text: The text.
        start: The offset of the text in the statement.
        name: The name; "" if the element has no simple name.
        name_start: The offset of the name in the text.
        skeleton: The text with a placeholder for its name, unless that is a keyword; "" without a name.
    """

    text: str
    start: int
    name: str = ""
    name_start: int = 0
    skeleton: str = ""

    def read(self, relation: Relation) -> list[Fact] | None:
        """Return the facts of the element; None if sqlglot cannot read it."""
        read = read_skeleton(self.skeleton) if self.skeleton else None
        if not self.skeleton or (is_keyword(self.name) and (read is None or read[1] != self.name)):
            return read_facts(self.text, relation, self.start)
        if read is None:
            return None
        key = part_key(read[0], relation, self.name)
        return [Fact("create", key, read[2], self.start + self.name_start, len(self.name))]


def _read_text(text: str, start: int, end: int) -> _Element:
    element = text[start:end].lstrip()
    start = end - len(element)
    element = element.rstrip()
    reduced = normalize_blanks(element)
    match = _CONSTRAINT.match(reduced) or _COLUMN.match(reduced)
    if match is None:
        return _Element(element, start)
    before, name = reduced[: match.start("name")], match["name"]
    name_start = element.index(name, len(before) - 1) if before else 0
    # sqlglot may treat a keyword unlike another name, so the keyword stays.
    shown = name if is_keyword(name) else PLACEHOLDER
    return _Element(element, start, name, name_start, f"{before}{shown} {match['rest']}")


# The kind, the name and the attributes of an element; None if sqlglot cannot parse it, or a column has constraints,
# whose names depend on its name.
_Skeleton: TypeAlias = tuple[str, str, Values] | None


@parse_by_shape
def read_skeleton(element: str) -> _Skeleton:
    """Return the kind, the name and the attributes of an element; None if sqlglot cannot read it as one."""
    facts = read_facts(element, ("", PLACEHOLDER))
    if facts is None or len(facts) != 1:
        return None
    return facts[0].key.kind, facts[0].key.name, facts[0].values
