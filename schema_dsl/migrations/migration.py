"""A file of the migrations folder."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.migrations.file_name import FileName, FileRole, Layout
from schema_dsl.migrations.layouts import read_file_name
from schema_dsl.migrations.sections import Sections, read_sections
from schema_dsl.migrations.transactions import runs_in_transaction

if TYPE_CHECKING:
    from schema_dsl.migrations.statements import ReplayedStatement
    from schema_dsl.render import Seal

_ROLLBACK_SUFFIX: Final = "_rollback"
_ROLLBACK_PREFIX: Final = "rollback_"
_DATE_LINE: Final = re.compile(r"^-- Date: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_ALLOWED_LINE: Final = re.compile(r"^-- schema-dsl: allows (\S.*)$", re.MULTILINE)


@attrs.frozen(slots=False)
class Migration:
    """A file of the migrations folder.

    Attributes:
        path: The path.
        number: The number, or the first part of the version; 0 if there is none.
        name: The rest of the name.
        file_name: The parsed file name.
        label: The path inside the migrations folder.
    """

    path: Path
    number: int
    name: str
    file_name: FileName = attrs.Factory(
        lambda self: FileName("numbered", str(self.number), (self.number,), self.name), takes_self=True
    )
    label: str = attrs.Factory(lambda self: self.path.name, takes_self=True)

    @classmethod
    def of(cls, path: Path, name: FileName, label: str) -> Migration:
        """Build a migration from its parsed file name."""
        return cls(path, name.version[0] if name.version else 0, name.name, name, label)

    @classmethod
    def from_text(cls, path: Path, text: str) -> Migration:
        """Build a migration with a text that the file may not have yet."""
        migration = cls(path, 0, path.stem)
        migration.__dict__["content"] = text
        return migration

    @property
    def version(self) -> tuple[int, ...]:
        """The number or version as integers; empty if there is none."""
        return self.file_name.version

    @property
    def layout(self) -> Layout:
        """The layout of the name."""
        return self.file_name.layout

    @property
    def role(self) -> FileRole:
        """The role of the file in the history."""
        return self.file_name.role

    @cached_property
    def content(self) -> str:
        """Read the file, with its line ends and byte order mark.

        Raises:
            MigrationError: If the file cannot be read, or is not UTF-8.
        """
        try:
            raw = self.path.read_bytes()
        except OSError as error:
            raise MigrationError(f"cannot be read: {error.strerror}", where=str(self.path)) from error
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise MigrationError(
                f"cannot be read: byte 0x{raw[error.start]:02x} is not UTF-8",
                where=f"{self.path}:{line}",
                instead="Save the file as UTF-8.",
            ) from error

    @cached_property
    def text(self) -> str:
        """The text with the line ends that schema-dsl writes.

        Raises:
            MigrationError: If the file cannot be read, or is not UTF-8.
        """
        return self.content.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def sections(self) -> Sections:
        """The sections of the file."""
        return read_sections(self.content)

    @property
    def forward(self) -> str:
        """The SQL that runs forward: `content` with blanks for everything else, and of the same length."""
        return self.sections.forward

    @property
    def statements(self) -> tuple[ReplayedStatement, ...]:
        """The statements that run forward."""
        from schema_dsl.migrations.statements import read_statements  # noqa: PLC0415 - only a replay needs it

        return tuple(read_statements(self.forward))

    @property
    def in_transaction(self) -> bool:
        """Return whether the tool of the file runs it in one transaction."""
        return runs_in_transaction(self.path, self.layout, self.sections)

    @property
    def undoes(self) -> bool:
        """Return whether the file undoes a migration, so that it is not part of the history."""
        return self.file_name.undoes

    @property
    def is_generated(self) -> bool:
        """Return whether schema-dsl generated the file."""
        return self.seal is not None

    @property
    def seal(self) -> Seal | None:
        """Return the seal of a generated migration; None if schema-dsl did not generate the file."""
        from schema_dsl.render import read_seal  # noqa: PLC0415 - jinja2 is heavy

        return read_seal(self.text)

    @property
    def is_edited(self) -> bool:
        """Return whether a generated file was edited by hand."""
        from schema_dsl.render import seal_text  # noqa: PLC0415 - jinja2 is heavy

        return self.is_generated and seal_text(self.text) != self.text

    @property
    def date(self) -> str | None:
        """Return the date in the header."""
        return parse_date(self.text)


def parse_date(text: str) -> str | None:
    """Return the date in the header of a migration."""
    match = _DATE_LINE.search(text)
    return match.group(1) if match else None


def read_allowed(text: str) -> tuple[str, ...]:
    """Return the hazards that were allowed for a migration, from its header."""
    return tuple(_ALLOWED_LINE.findall(text))


def rollback_path(path: Path) -> Path:
    """Return the path of the rollback of a migration.

    The tools of timestamped files and of Flyway run every file whose name starts as that of a migration does.
    """
    name = read_file_name(path)
    if name is not None and name.layout in {"timestamped", "flyway"}:
        return path.with_name(f"{_ROLLBACK_PREFIX}{path.stem}.sql")
    return path.with_name(f"{path.stem}{_ROLLBACK_SUFFIX}.sql")
