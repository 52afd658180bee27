"""The text of format(): which arguments its specifiers insert, and the errors of Postgres (text_format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

_SPECIFIER = re.compile(
    r"%(?:(?P<percent>%)|(?:(?P<number>\d+)\$)?(?P<flags>-*)(?P<width>\*(?:(?P<width_number>\d+)\$)?|\d+)?(?P<kind>.?))",
    re.DOTALL,
)


@attrs.frozen
class FormatSpecifier:
    """A specifier of a text for format().

    Attributes:
        start: The offset of the specifier in the text.
        end: The offset of its end.
        kind: The letter; % for a percent sign.
        position: The number of the inserted argument, from 1.
        last: The highest number of an argument that the specifier needs: the inserted one, or the one with its width.
        is_padded: Whether the specifier has a width.
    """

    start: int
    end: int
    kind: str
    position: int = 0
    last: int = 0
    is_padded: bool = False


def read_specifiers(text: str) -> Iterator[FormatSpecifier]:
    """Yield the specifiers of a text in order."""
    position = 0
    for match in _SPECIFIER.finditer(text):
        start, end = match.span()
        if match["percent"]:
            yield FormatSpecifier(start, end, "%")
            continue
        width = 0
        if (match["width"] or "").startswith("*"):
            width = int(match["width_number"] or position + 1)
            position = width
        position = int(match["number"] or position + 1)
        is_padded = bool(match["width"])
        yield FormatSpecifier(start, end, match["kind"], position, max(position, width), is_padded)


def find_format_error(text: str, count: int) -> str:
    """Return the error of format() with a text and a number of further arguments; "" if there is none."""
    for found in read_specifiers(text):
        if found.kind == "%":
            continue
        if not found.kind:
            return "unterminated format() type specifier"
        if found.position == 0:
            return "format specifies argument 0, but arguments are numbered from 1"
        if found.kind not in "sIL":
            return f'unrecognized format() type specifier "{found.kind}"'
        if found.last > count:
            specifier = text[found.start : found.end]
            return f"too few arguments for format(): {specifier} is argument {found.last} of {count}"
    return ""
