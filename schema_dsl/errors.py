"""The exceptions that this library raises."""

from __future__ import annotations

import re
from typing import Final

# A terminal obeys control characters, except tab and newline. Marks of direction let a line look like another.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CI_COMMAND: Final = re.compile(r"^(\s*)(?=::|##\[)", re.MULTILINE)


def escape_output(text: str) -> str:
    """Escape what a terminal or a CI system would obey: control characters, and lines that begin with `::` or `##[`.

    Names and messages of a server are part of reports, and a migration chooses them.
    """
    visible = _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    return _CI_COMMAND.sub(r"\1\\", visible)


class SchemaDslError(Exception):
    """The base class of every error that this library raises deliberately.

    Attributes:
        what: What is wrong, and why.
        where: The location as `file:line`, if known; the text of the error starts with it.
        instead: What to do instead, if there is one answer.
    """

    def __init__(self, what: str, *, where: str | None = None, instead: str | None = None) -> None:
        self.what = what
        self.where = where
        self.instead = instead
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return escape_output(f"{text}\n  {self.instead}" if self.instead else text)


class DefinitionError(SchemaDslError):
    """The definitions do not describe a valid schema."""


class SettingsError(SchemaDslError):
    """`[tool.schema-dsl]` or an option of a command has an invalid value."""


class MigrationError(SchemaDslError):
    """The migrations folder does not allow the requested operation."""


class PlanError(SchemaDslError):
    """The changes between two states cannot be brought into an order."""


class ParseError(SchemaDslError):
    """SQL text has a syntax error."""


class PostgresError(SchemaDslError):
    """No server is available, or the server rejected a request."""
