"""A SQL file: its text, its statements, and findings at offsets."""

from __future__ import annotations

import codecs
import functools
import re
from pathlib import Path, PurePath

import attrs

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.migrations import (
    Fault,
    FileName,
    Sections,
    find_obstacles,
    find_rare_placeholders,
    read_file_name,
    read_sections,
    runs_in_transaction,
)
from schema_dsl.parsing import Lines, Script, Statement, split

_BOM = "\ufeff"
_SURROGATE = re.compile("[\ud800-\udfff]")
# surrogateescape decodes byte 0x80 as this code point.
_BYTES = 0xDC80


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
        name: The parsed file name; None if the file is no migration.
        unread: Why the file is no SQL; "" if it is.
        program: The text of a file that is no SQL; None if it cannot be read.
        has_switch: Whether a file beside it, which is not written yet, tells its tool to run it without a transaction.
    """

    path: str
    text: str
    defects: tuple[FileDefect, ...] = ()
    has_switch: bool = attrs.field(default=False, kw_only=True)
    unread: str = attrs.field(default="", kw_only=True)
    program: str | None = attrs.field(default=None, kw_only=True)
    name: FileName | None = attrs.field(
        default=attrs.Factory(lambda self: read_file_name(PurePath(self.path)), takes_self=True)
    )

    @classmethod
    def of(cls, text: str, path: str = "<sql>", *, has_switch: bool = False) -> Source:
        """Build a source from a text; surrogateescape represents bytes that are not UTF-8."""
        return cls._cleaned(path, text, has_switch=has_switch)

    @classmethod
    def read(cls, path: Path | str) -> Source:
        """Read a file; bytes that are not UTF-8 become defects instead of an exception.

        Raises:
            OSError: If the file cannot be read.
        """
        raw = Path(path).read_bytes()
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            # PowerShell writes such files. Their statements are checked, too.
            text = raw.decode("utf-16", errors="replace").removeprefix(_BOM)
            message = "the file is UTF-16: Postgres reads files in UTF-8"
            return cls(
                str(path), text.replace("\0", " "), (FileDefect(0, message, "Save the file as UTF-8."),)
            )
        return cls.of(raw.decode(errors="surrogateescape"), str(path))

    @classmethod
    def _cleaned(cls, path: str, text: str, *, has_switch: bool) -> Source:
        text = text.removeprefix(_BOM)
        defects: list[FileDefect] = []
        if "\0" in text:
            message = "a NUL character: Postgres text cannot contain one"
            remedy = "Remove the NUL character. Check whether the file is UTF-16."
            defects.append(FileDefect(text.index("\0"), message, remedy))
            text = text.replace("\0", " ")
        surrogate = None if text.isascii() else _SURROGATE.search(text)
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
        return cls(path, text, tuple(defects), has_switch=has_switch)

    @functools.cached_property
    def sections(self) -> Sections:
        """The sections of a file that also has the way back."""
        return read_sections(self.text)

    @functools.cached_property
    def obstacles(self) -> list[Fault]:
        """The parts that are not SQL: placeholders of templates, commands and variables of psql."""
        problems = (statement.problem for statement in self.statements if statement.problem is not None)
        offsets = [problem.offset for problem in problems if problem.offset is not None]
        rare = find_rare_placeholders(self.text, offsets) if offsets else ()
        return sorted((*find_obstacles(self.sections), *rare), key=lambda fault: fault.offset)

    @functools.cached_property
    def script(self) -> Script:
        """The text split into statements. The marks that end a statement are semicolons there."""
        return split(self.sections.statements)

    @functools.cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, including those that do not parse."""
        return self.script.statements

    @functools.cached_property
    def applied(self) -> tuple[Statement, ...]:
        """The statements without those in a down section."""
        if not self.sections.other:
            return self.statements
        return tuple(statement for statement in self.statements if self.sections.is_forward(statement.start))

    @functools.cached_property
    def expanded(self) -> tuple[Statement, ...]:
        """The statements in `applied`, and after each DO block the statements in the block."""
        return tuple(expand_blocks(self.applied))

    @property
    def undoes(self) -> bool:
        """Return whether the file undoes a migration, so that it drops the objects of the migration."""
        return self.name is not None and self.name.undoes

    @functools.cached_property
    def in_transaction(self) -> bool:
        """Return whether the tool of the file runs it in one transaction."""
        layout = self.name.layout if self.name is not None else None
        return not self.has_switch and runs_in_transaction(PurePath(self.path), layout, self.sections)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        return self.lines.position(offset)

    def finding(
        self, offset: int, rule: str, level: Level, message: str, remedy: str = "", *, length: int = 1
    ) -> Finding:
        """Build a finding about `length` characters from `offset`; the mark ends with the line."""
        line, column = self.position(offset)
        source_line = self.lines.line(line)
        end = max(column, min(column + length, len(source_line) + 1))
        return Finding(self.path, line, column, rule, level, message, remedy, source_line, end_column=end)
