"""Find the parts of conditions that may have a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import attrs

from schema_dsl.importing.condition_names import is_set, suggest_names
from schema_dsl.importing.python import PythonNode, PythonText, quote, quote_block
from schema_dsl.importing.shared import SharedValue
from schema_dsl.model.expression import can_indent, unindent
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.sql import Sql

_JOINT: Final = re.compile(r"\s+(AND|OR) ")
_NOT: Final = re.compile(r"NOT ")
_NAME: Final = re.compile(r"[a-z_]\w*")


@attrs.frozen
class ConditionPart:
    """A part of a condition.

    Attributes:
        text: The SQL.
        start: The offset in the condition.
        is_set: Whether the part is a query after IN that only calls a function.
        set: The query of a comparison of a column with such a query; empty for other parts.
    """

    text: str
    start: int
    is_set: bool = False
    set: str = ""


@lru_cache(maxsize=4096)
def list_parts(text: str) -> tuple[ConditionPart, ...]:
    """Return the parts that may have a name: `(SELECT app.ids())` after IN, and conditions that call one function.

    `id IN (SELECT app.ids())` is such a condition, and precedes the part inside it.
    """
    sets: list[ConditionPart] = []
    operands: list[ConditionPart] = []
    opened: list[tuple[int, bool, bool]] = []
    start = 0
    found = list(tokens(text))
    for place, token in enumerate(found):
        if token.word == "(":
            is_query = _get_word(found, place + 1) == "select"
            opened.append((token.start, is_query, _get_word(found, place - 1) == "in"))
        elif token.word == ")" and opened:
            first, is_query, is_listed = opened.pop()
            query = text[first : token.end]
            if is_query and is_listed and is_set(query):
                sets.append(ConditionPart(query, first, is_set=True))
        elif (
            token.kind == "word" and token.word in {"and", "or"} and not any(query for _, query, _ in opened)
        ):
            operands.append(_trim(text, start, token.start))
            start = token.end
    operands.append(_trim(text, start, len(text)))
    named = (_complete(operand, sets) for operand in operands if "\n" not in operand.text)
    return tuple(sorted((*sets, *filter(None, named)), key=lambda part: part.start))


def _complete(operand: ConditionPart, sets: list[ConditionPart]) -> ConditionPart | None:
    """Return an operand of AND or OR that may have a name, with the query in it."""
    inside = [each for each in sets if operand.start <= each.start < operand.start + len(operand.text)]
    if not inside:
        return operand if any(suggest_names(Sql(operand.text))) else None
    (query, *others) = inside
    column = operand.text.removesuffix(f" IN {query.text}")
    return None if others or not _NAME.fullmatch(column) else attrs.evolve(operand, set=query.text)


def _get_word(found: list[Token], place: int) -> str:
    return found[place].word if 0 <= place < len(found) else ""


def _trim(text: str, start: int, end: int) -> ConditionPart:
    """Return an operand of AND or OR without NOT and without the parentheses of the group that it is in."""
    while True:
        operand = text[start:end]
        missing = operand.count("(") - operand.count(")")
        if operand[:1].isspace() or (operand.startswith("(") and missing > 0):
            start += 1
        elif operand[-1:].isspace() or (operand.endswith(")") and missing < 0):
            end -= 1
        elif _NOT.match(operand):
            start += len("NOT ")
        else:
            return ConditionPart(operand, start)


def find_named(text: str, shared: Mapping[str, SharedValue]) -> Iterator[ConditionPart]:
    """Yield the whole condition if it has a name, and otherwise its named parts."""
    if text in shared:
        yield ConditionPart(text, 0)
    elif shared and not {"{", "}", "\\"} & set(text):
        end = 0
        for part in list_parts(text):
            if part.text in shared and part.start >= end:
                end = part.start + len(part.text)
                yield part


def write_condition(text: Sql, shared: Mapping[str, SharedValue]) -> PythonNode:
    """Return the source of SQL for an argument that takes a str as SQL.

    Args:
        text: The SQL.
        shared: The conditions and parts of conditions that have a name.
    """
    if text in shared:
        return shared[text].name
    is_block = "\n" in text and can_indent(text) and unindent(text) == text
    composed, end = "", 0
    for part in find_named(text, shared):
        composed += f"{text[end : part.start]}{{{shared[part.text].name}}}"
        end = part.start + len(part.text)
    if not composed:
        return PythonText(str(text)) if is_block else quote_block(str(text))
    composed += text[end:]
    if not is_block:
        return f"f{quote(composed)}"
    flat = _JOINT.sub(r" \1 ", composed)
    return PythonText(composed, "f", flat=None if "\n" in flat else flat)
