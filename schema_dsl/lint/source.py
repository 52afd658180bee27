"""A file under the linter: its text, its statements, and the way from an offset to a finding."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.parsing import Script, Statement, split

_BOM = "\ufeff"
_SURROGATE = re.compile("[\ud800-\udfff]")
# What surrogateescape makes of byte 0x80.
_BYTES = 0xDC80
# How node-pg-migrate, dbmate, goose and sql-migrate mark what is for going up and for going down again.
_SECTION = re.compile(
    r"^[ \t]*--[ \t-]*(?:(?:migrate:|\+(?:goose|migrate)[ \t]+)(up|down)\b|(up|down)[ \t]+migration\b)",
    re.IGNORECASE | re.MULTILINE,
)
_WAYS = ("up", "down")


@attrs.frozen
class FileDefect:
    """Something wrong with a file before any SQL is read: an offset, what it is, what to do."""

    offset: int
    message: str
    remedy: str


@attrs.define(eq=False, slots=False)
class Source:
    """A SQL file, read and cut into statements at most once.

    `text` is what Postgres can be given: a byte order mark is gone, and characters that no Postgres would
    take are replaced one for one, so that the rest of the file can still be judged. `flaws` tells of them.
    """

    path: str
    text: str
    flaws: tuple[FileDefect, ...] = ()

    @classmethod
    def of(cls, text: str, path: str = "<sql>") -> Source:
        """Take a text as a file; bytes that are not UTF-8 stand in it as Python's surrogateescape has them."""
        return cls._cleaned(path, text)

    @classmethod
    def read(cls, path: Path | str) -> Source:
        """Read a file; bytes that are not UTF-8 become a flaw, not an exception.

        Raises:
            OSError: If the file cannot be read.
        """
        return cls.of(Path(path).read_bytes().decode(errors="surrogateescape"), str(path))

    @classmethod
    def _cleaned(cls, path: str, text: str) -> Source:
        text = text.removeprefix(_BOM)
        found: list[FileDefect] = []
        if "\0" in text:
            message = "a NUL character: Postgres text cannot hold one"
            found.append(FileDefect(text.index("\0"), message, "Remove it; was the file saved as UTF-16?"))
            text = text.replace("\0", " ")
        half = _SURROGATE.search(text)
        if half is not None:
            code = ord(half[0])
            if _BYTES <= code < _BYTES + 0x80:
                message = f"byte 0x{code - _BYTES + 0x80:02x} is not valid UTF-8: Postgres refuses the file"
                found.append(FileDefect(half.start(), message, "Save the file as UTF-8."))
            else:
                message = f"half a surrogate pair (U+{code:04X}): it has no UTF-8"
                found.append(
                    FileDefect(half.start(), message, "Replace it with the character that was meant.")
                )
            text = _SURROGATE.sub("\ufffd", text)
        return cls(path, text, tuple(found))

    @functools.cached_property
    def script(self) -> Script:
        """The text cut into statements."""
        return split(self.text)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, those that do not parse among them."""
        return self.script.statements

    @functools.cached_property
    def applied(self) -> tuple[Statement, ...]:
        """The statements without those that a marker says are for going down again."""
        sections = [(found.start(), (found[1] or found[2]).lower()) for found in _SECTION.finditer(self.text)]
        if len({way for _, way in sections}) != len(_WAYS):
            return self.statements
        kept, way = [], "up"
        for statement in self.statements:
            # What stands in a body between quotes is passed over with its statement.
            while sections and sections[0][0] < statement.start:
                way = sections.pop(0)[1]
            if way == "up":
                kept.append(statement)
            while sections and sections[0][0] < statement.end:
                sections.pop(0)
        return tuple(kept)

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column of an offset, both from 1."""
        return self.script.lines.position(offset)

    def finding(
        self, offset: int, rule: str, level: Level, message: str, remedy: str = "", *, length: int = 1
    ) -> Finding:
        """Make a finding about `length` characters from `offset`; the mark ends with the line."""
        line, column = self.position(offset)
        shown = self.script.lines.line(line)
        end = max(column, min(column + length, len(shown) + 1))
        return Finding(self.path, line, column, rule, level, message, remedy, shown, end_column=end)
