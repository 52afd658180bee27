"""The exceptions that this library raises."""

from __future__ import annotations


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
        return f"{text}\n  {self.instead}" if self.instead else text


class DefinitionError(SchemaDslError):
    """The definitions do not describe a valid schema."""


class SettingsError(SchemaDslError):
    """`[tool.schema-dsl]` or an option of a command has an invalid value."""


class MigrationError(SchemaDslError):
    """The migrations folder does not allow the requested operation."""


class ParseError(SchemaDslError):
    """SQL text has a syntax error."""


class PostgresError(SchemaDslError):
    """No server is available, or the server rejected a request."""
