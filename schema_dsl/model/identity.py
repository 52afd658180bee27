"""What an object is called, and where it was declared."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple, TypeVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.sql import MAX_NAME_BYTES, Sql, storable

_PACKAGE: Final = f"{Path(__file__).resolve().parent.parent}{os.sep}"


class Identity(NamedTuple):
    """The one identity of an object, wherever it is seen: declared, in a catalog, in a plan.

    `parent` is the relation that the object lives on, and empty for relations and functions.
    """

    kind: str
    schema: str
    parent: str
    name: str

    def __str__(self) -> str:
        """Name the object for a person."""
        kind = self.kind.replace("_", " ")
        if self.parent:
            return f"{kind} {self.name} of {self.schema}.{self.parent}"
        return f"{kind} {self.schema}.{self.name}"


class Origin(NamedTuple):
    """The line of a definitions file that an object comes from."""

    file: str
    line: int

    def __str__(self) -> str:
        """Write it as editors and terminals link it."""
        return f"{self.file}:{self.line}"


def caller() -> Origin | None:
    """Find the nearest frame outside this package, which is the line that declares the object."""
    # The public inspect.stack() reads source files for every frame. Between is the object's own __init__.
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001
    while frame is not None:
        file = frame.f_code.co_filename
        # attrs compiles its methods under names such as "<attrs generated init ...>".
        if file[:1] != "<" and not file.startswith(_PACKAGE):
            return Origin(file, frame.f_lineno)
        frame = frame.f_back
    return None


DeclaredT = TypeVar("DeclaredT")


def completed(declared: DeclaredT, **changes: Any) -> DeclaredT:
    """Give a copy with some attributes changed, like attrs.evolve.

    Converters and validators do not run again over what has passed them: a schema has many objects.
    """
    kind: Any = type(declared)
    made: DeclaredT = object.__new__(kind)
    put = object.__setattr__
    names, values = _fields_of(kind)
    for name, value in zip(names, values(declared), strict=True):
        put(made, name, value)
    for name, value in changes.items():
        put(made, name, value)
    return made


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in attrs.fields(kind))
    return names, attrgetter(*names)


def where(declared: Any) -> str | None:
    """Say where an object was declared, as errors do."""
    return str(declared.origin) if declared.origin else None


def valid_name(name: object, what: str) -> str:
    """Refuse what Postgres would refuse, or silently shorten, as a name.

    Raises:
        DefinitionError: If the name is no text, empty, over 63 bytes, or holds a NUL.
    """
    if type(name) is not str:
        raise DefinitionError(
            f"{what} needs a name that is plain text, not {name!r}", instead='Write the name as "name".'
        )
    if name.isascii() and 0 < len(name) <= MAX_NAME_BYTES and "\0" not in name:
        return name
    if not name:
        raise DefinitionError(f"{what} needs a name", instead="Postgres has no empty names.")
    if "\0" in name:
        raise DefinitionError(
            f"{what} name {name!r} holds a NUL", instead="Postgres cannot store that character."
        )
    try:
        size = len(name.encode())
    except UnicodeEncodeError as error:
        raise DefinitionError(
            f"{what} name {name!r} is not valid Unicode", instead="Write it anew."
        ) from error
    if size > MAX_NAME_BYTES:
        raise DefinitionError(
            f"{what} name {name!r} has {size} bytes",
            instead=f"Postgres would cut it to {MAX_NAME_BYTES}: choose a shorter one.",
        )
    return name


def names(value: Any) -> tuple[str, ...]:
    """Take one name or several. A text is one name, not a row of letters."""
    return (value,) if isinstance(value, str) else tuple(value)


def comment_text(value: Any) -> str | None:
    """Take what COMMENT ON is to say; to Postgres an empty comment is none.

    Raises:
        DefinitionError: If it is no text, or cannot be stored.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str) or isinstance(value, Sql):
        raise DefinitionError(f"a comment is plain text, not {value!r}", instead='Write comment="...".')
    try:
        storable(value)
    except ValueError as error:
        raise DefinitionError(f"comment: {error}", instead="Take it out of the comment.") from error
    return value
