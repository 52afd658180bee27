"""Convert offsets to lines and columns."""

from __future__ import annotations

import bisect
import itertools
import operator
from functools import cached_property


class Lines:
    """The lines of a text, for lookups by bisection.

    A line ends at a line feed, as in Postgres and in editors, and a carriage return before the line feed is not
    part of the line. Lines and columns start at 1; columns count characters.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        # Each line feed adds a character.
        ends = itertools.accumulate(map(len, self._text.split("\n")[:-1]))
        return [0, *map(operator.add, ends, itertools.count(1))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, which is limited to the length of the text."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """Return the offset of a position, limited to the length of the text."""
        line = max(1, min(line, len(self._starts)))
        return min(self._starts[line - 1] + column - 1, len(self._text))

    def line(self, number: int) -> str:
        """Return the text of a line without its line end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._text)
        return self._text[start:end].removesuffix("\r")

    def __len__(self) -> int:
        return len(self._starts)
