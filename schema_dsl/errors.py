"""The exceptions that this library raises."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

# A terminal obeys control characters, except tab and newline. Marks of direction let a line look like another.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LOCATION: Final = re.compile(r"(.*?)((?::\d+)*)", re.DOTALL)
_CI_COMMAND: Final = re.compile(r"^(\s*)(?=::|##\[)", re.MULTILINE)


def escape_output(text: str) -> str:
    """Escape commands for a terminal or a CI system: control characters, and lines that begin with `::` or `##[`.

    Names and messages of a server are part of reports, and a migration chooses them.
    """
    visible = _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    return _CI_COMMAND.sub(r"\1\\", visible)


def display_path(path: Path) -> str:
    """Return a path relative to the current folder, or in full if the path is outside that folder."""
    try:
        return resolve_links(path).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)


def resolve_links(path: Path) -> Path:
    """Return an absolute path without symbolic links; a link that leads back to itself stays.

    Before Python 3.13, Path.resolve raises RuntimeError for such a link.
    """
    return Path(os.path.realpath(path))


def suggest_similar(
    name: str, known: Iterable[str], otherwise: str, format_name: Callable[[str], str] = str
) -> str:
    """Return a remedy for an unknown name: the most similar known name, or another remedy if no name is similar.

    Args:
        name: The unknown name.
        known: The known names.
        otherwise: The remedy if no name is similar.
        format_name: Formats the known name.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only needed after an error

    near = get_close_matches(name, list(known), n=1)
    return f"Did you mean {format_name(near[0])}?" if near else otherwise


def _display_location(where: str) -> str:
    """Return a location with the path as messages display it."""
    match = _LOCATION.fullmatch(where)
    if match is None or not Path(match[1]).is_absolute():
        return where
    return display_path(Path(match[1])) + match[2]


class Terminated(SystemExit):
    """The end of the program by a termination signal, which differs from an exit that a definitions file requests."""


class SchemaDslError(Exception):
    """The base class of every error that this library raises deliberately.

    Attributes:
        what: What is wrong, and why.
        where: The location as `file:line`, relative to the current folder, if known; the text of the error starts
            with it.
        instead: The remedy, if there is one answer.
    """

    def __init__(self, what: str, *, where: str | None = None, instead: str | None = None) -> None:
        self.what = what
        self.where = where
        self.instead = instead
        super().__init__(what)

    @property
    def where(self) -> str | None:
        """The location."""
        return self._where

    @where.setter
    def where(self, where: str | None) -> None:
        self._where = None if where is None else _display_location(where)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return escape_output(f"{text}\n  {self.instead}" if self.instead else text)


class DefinitionError(SchemaDslError):
    """The definitions do not describe a valid schema."""


def join_errors(errors: Sequence[DefinitionError]) -> DefinitionError:
    """Return one error with the texts of several."""
    first, *others = errors
    if not others:
        return first
    rest = "\n".join(map(str, others))
    if first.instead is None:
        return DefinitionError(f"{first.what}\n{rest}", where=first.where)
    return DefinitionError(first.what, where=first.where, instead=f"{first.instead}\n{rest}")


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
