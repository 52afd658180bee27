"""What can go wrong, in words for the person who has to put it right."""

from __future__ import annotations


class SchemaDslError(Exception):
    """The root of every error this library raises on purpose.

    A message says what is wrong, where, why, and what to do instead. `where`, when known, is
    `file:line` and leads the text.
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
    """The definitions do not describe a schema that can exist."""


class SettingsError(SchemaDslError):
    """`[tool.schema-dsl]` or a command's options cannot be followed."""


class MigrationError(SchemaDslError):
    """The migrations folder is not in a state that can be continued."""


class ParseError(SchemaDslError):
    """A piece of SQL is not SQL."""


class PostgresError(SchemaDslError):
    """No server could be had, or it would not do what was asked of it."""
