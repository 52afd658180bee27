"""A SQL file: its text, its statements, and findings at offsets."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.parsing import Script, Statement, split

_BOM = "\ufeff"
_SURROGATE = re.compile("[\ud800-\udfff]")
# surrogateescape decodes byte 0x80 as this code point.
_BYTES = 0xDC80
# The markers of up and down sections of node-pg-migrate, dbmate, goose and sql-migrate.
_SECTION = re.compile(
    r"^[ \t]*--[ \t-]*(?:(?:migrate:|\+(?:goose|migrate)[ \t]+)(up|down)\b|(up|down)[ \t]+migration\b)",
    re.IGNORECASE | re.MULTILINE,
)
_DIRECTIONS = ("up", "down")


@attrs.frozen
class FileDefect:
    """A character of a file that Postgres rejects, before any SQL is parsed."""

    offset: int
    message: str
    remedy: str


@attrs.define(eq=False, slots=False)
class Source:
    """A SQL file, which is split into statements at most once.

    Attributes:
        path: The path, for findings.
        text: The text without byte order mark. Characters that Postgres rejects are replaced one for one, so that
            the rest of the file can be checked.
        defects: The rejected characters.
    """

    path: str
    text: str
    defects: tuple[FileDefect, ...] = ()

    @classmethod
    def of(cls, text: str, path: str = "<sql>") -> Source:
        """Build a source from a text; surrogateescape represents bytes that are not UTF-8."""
        return cls._cleaned(path, text)

    @classmethod
    def read(cls, path: Path | str) -> Source:
        """Read a file; bytes that are not UTF-8 become defects instead of an exception.

        Raises:
            OSError: If the file cannot be read.
        """
        return cls.of(Path(path).read_bytes().decode(errors="surrogateescape"), str(path))

    @classmethod
    def _cleaned(cls, path: str, text: str) -> Source:
        text = text.removeprefix(_BOM)
        defects: list[FileDefect] = []
        if "\0" in text:
            message = "a NUL character: Postgres text cannot contain one"
            remedy = "Remove the NUL character. Check whether the file is UTF-16."
            defects.append(FileDefect(text.index("\0"), message, remedy))
            text = text.replace("\0", " ")
        surrogate = _SURROGATE.search(text)
        if surrogate is not None:
            code = ord(surrogate[0])
            if _BYTES <= code < _BYTES + 0x80:
                message = f"byte 0x{code - _BYTES + 0x80:02x} is not valid UTF-8: Postgres rejects the file"
                defects.append(FileDefect(surrogate.start(), message, "Save the file as UTF-8."))
            else:
                message = f"half of a surrogate pair (U+{code:04X}): UTF-8 cannot encode it"
                defects.append(
                    FileDefect(surrogate.start(), message, "Replace it with the intended character.")
                )
            text = _SURROGATE.sub("\ufffd", text)
        return cls(path, text, tuple(defects))

    @functools.cached_property
    def script(self) -> Script:
        """The text split into statements."""
        return split(self.text)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, including those that do not parse."""
        return self.script.statements

    @functools.cached_property
    def applied(self) -> tuple[Statement, ...]:
        """The statements without those in a down section."""
        sections = [(found.start(), (found[1] or found[2]).lower()) for found in _SECTION.finditer(self.text)]
        if len({direction for _, direction in sections}) != len(_DIRECTIONS):
            return self.statements
        statements, direction = [], "up"
        for statement in self.statements:
            # A marker inside a statement, such as in a quoted body, does not count.
            while sections and sections[0][0] < statement.start:
                direction = sections.pop(0)[1]
            if direction == "up":
                statements.append(statement)
            while sections and sections[0][0] < statement.end:
                sections.pop(0)
        return tuple(statements)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        return self.script.lines.position(offset)

    def finding(
        self, offset: int, rule: str, level: Level, message: str, remedy: str = "", *, length: int = 1
    ) -> Finding:
        """Build a finding about `length` characters from `offset`; the mark ends with the line."""
        line, column = self.position(offset)
        source_line = self.script.lines.line(line)
        end = max(column, min(column + length, len(source_line) + 1))
        return Finding(self.path, line, column, rule, level, message, remedy, source_line, end_column=end)
