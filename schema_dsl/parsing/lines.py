"""Where an offset is, for people: lines and columns."""

from __future__ import annotations

import bisect
import re

_NEWLINE = re.compile("\n")


class Lines:
    """The lines of a text, found once and then looked up by bisection.

    Lines end at a line feed, as editors and Postgres agree; a carriage return before it is not part of
    the line. Lines and columns count from 1, columns in characters.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(m.end() for m in _NEWLINE.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column of a character; offsets beyond the end are the end."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """Give the offset of a position, kept within the text."""
        line = max(1, min(line, len(self._starts)))
        return min(self._starts[line - 1] + column - 1, len(self._text))

    def line(self, number: int) -> str:
        """Give the text of a line without its ending."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._text)
        return self._text[start:end].removesuffix("\r")

    def __len__(self) -> int:
        return len(self._starts)
