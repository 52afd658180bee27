"""Python source, laid out as the formatter of ruff lays it out."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import attrs

WIDTH: Final = 88
_INDENT: Final = "    "

PythonNode: TypeAlias = "str | PythonText | PythonCall | PythonList | PythonDict"
"""An expression: finished source, or a text, call, list or dict that may be laid out on several lines."""


@attrs.frozen
class PythonText:
    """A text of several lines whose common indentation does not count.

    Attributes:
        text: The lines.
        prefix: "f" for a text with names in braces.
        ends_with_line: Whether the closing quotes stand on a line of their own.
        flat: The same on one line, which takes the place of the lines where it fits; None if there is no such text.
    """

    text: str
    prefix: str = ""
    ends_with_line: bool = True
    flat: str | None = None


@attrs.frozen
class PythonCall:
    """A call."""

    name: str
    positional: tuple[PythonNode, ...] = ()
    keywords: Mapping[str, PythonNode] = attrs.Factory(dict)


@attrs.frozen
class PythonList:
    """A list, or a tuple with other brackets."""

    items: tuple[PythonNode, ...]
    opening: str = "["
    closing: str = "]"


@attrs.frozen
class PythonDict:
    """A dict with keys that are str."""

    items: Mapping[str, PythonNode]


def quote(text: str) -> str:
    """Return a str literal on one line, in double quotes unless single quotes need fewer escapes.

    The literal is raw if it has backslashes and nothing else to escape.
    """
    if "\\" in text and text.isprintable() and '"' not in text and not text.endswith("\\"):
        return f'r"{text}"'
    mark = "'" if text.count('"') > text.count("'") else '"'
    # repr() escapes no quotes in a text that has only one sort of them.
    return mark + f"\\{mark}".join(str.__repr__(part)[1:-1] for part in text.split(mark)) + mark


def quote_block(text: str) -> str:
    """Return a literal in triple quotes for a text of several lines, or on one line if that is not possible."""
    plain = text.replace("\n", "").replace("\t", "")
    if "\n" not in text or not plain.isprintable() or '"""' in text or text.endswith('"'):
        return quote(text)
    return '"""' + text.replace("\\", "\\\\") + '"""'


def indent_block(text: str, indent: str) -> str:
    """Return a text of several lines with each line indented, as it stands between triple quotes.

    Args:
        text: The lines.
        indent: The indentation of the line with the quotes.
    """
    return f"\n{textwrap.indent(text, indent + _INDENT)}\n{indent}"


def measure_width(text: str) -> int:
    """Return the columns that a text takes on a line, as the formatter of ruff counts them."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in {"W", "F"} for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def layout(node: PythonNode, indent: str = "", before: int = 0, after: int = 1) -> str:
    """Return the source of an expression.

    Args:
        node: The expression.
        indent: The indentation of its line.
        before: The number of characters before it on its line, with the indentation.
        after: The number of characters that follow it on its last line, such as a comma.
    """
    if isinstance(node, str):
        return node
    flat = _flatten(node)
    is_fitting = "\n" not in flat and before + measure_width(flat) + after <= WIDTH
    if is_fitting and not (isinstance(node, PythonText) and node.flat is None):
        return flat
    if isinstance(node, PythonText):
        block = indent_block(node.text, indent)
        return node.prefix + quote_block(block if node.ends_with_line else block.removesuffix(f"\n{indent}"))
    opening, closing, items = _split(node)
    if not items:
        return flat
    inner = indent + _INDENT
    lines = [
        f"{inner}{prefix}{layout(item, inner, len(inner) + measure_width(prefix))}," for prefix, item in items
    ]
    return "\n".join([opening, *lines, f"{indent}{closing}"])


def assign(name: str, node: PythonNode) -> str:
    """Return the source of an assignment."""
    return f"{name} = {layout(node, before=len(name) + 3, after=0)}"


def _split(node: PythonNode) -> tuple[str, str, list[tuple[str, PythonNode]]]:
    """Return the brackets of an expression and its parts, each with the text before it."""
    match node:
        case PythonCall(name, positional, keywords):
            parts: list[tuple[str, PythonNode]] = [("", item) for item in positional]
            return f"{name}(", ")", [*parts, *((f"{key}=", item) for key, item in keywords.items())]
        case PythonList(items, opening, closing):
            return opening, closing, [("", item) for item in items]
        case PythonDict(items):
            return "{", "}", [(f"{quote(key)}: ", item) for key, item in items.items()]
        case str() | PythonText():
            return layout(node), "", []


def _flatten(node: PythonNode) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, PythonText):
        return node.prefix + quote_block(node.text if node.flat is None else node.flat)
    opening, closing, items = _split(node)
    body = ", ".join(f"{prefix}{_flatten(item)}" for prefix, item in items)
    comma = "," if opening == "(" and len(items) == 1 else ""
    return f"{opening}{body}{comma}{closing}"


def list_of(items: Iterable[PythonNode]) -> PythonList:
    """Return a list."""
    return PythonList(tuple(items))
