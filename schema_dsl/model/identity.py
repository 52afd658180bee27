"""The identity of an object, the line that declares it, and the validation of names."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import attrs

from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.sql import MAX_NAME_BYTES, Sql, identifier, qualified, require_storable

if TYPE_CHECKING:
    from schema_dsl.model.collation import Collation

_PACKAGE: Final = f"{Path(__file__).resolve().parent.parent}{os.sep}"


class Origin(NamedTuple):
    """The line of a definitions file that declares an object."""

    file: str
    line: int

    def __str__(self) -> str:
        """Format the origin as `file:line`, which editors and terminals link."""
        return f"{display_path(Path(self.file))}:{self.line}"


def find_origin() -> Origin | None:
    """Return the line of the nearest frame outside this package, which declares the object."""
    # inspect.stack() is slow, because it reads source files. Frame 1 is the __init__ of the object.
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001
    while frame is not None:
        file = frame.f_code.co_filename
        # attrs compiles its methods under names such as "<attrs generated init ...>".
        if file[:1] != "<" and not file.startswith(_PACKAGE):
            return Origin(file, _line_of(frame))
        frame = frame.f_back
    return None


def _line_of(frame: FrameType) -> int:
    """Return the line that a frame executes, in logarithmic time.

    `frame.f_lineno` reads the line table of the code from its start, so the lines of one long module would take
    quadratic time.
    """
    code = frame.f_code
    # The hash of a code object reads all of its bytecode, so the key is its address; the value keeps it alive.
    table = _line_tables.get(id(code))
    if table is None:
        ranges = [(start, line) for start, _, line in code.co_lines() if line is not None]
        if len(_line_tables) >= _MAX_LINE_TABLES:
            _line_tables.clear()
        table = _line_tables[id(code)] = (code, [start for start, _ in ranges], [line for _, line in ranges])
    _, starts, lines = table
    return lines[bisect_right(starts, frame.f_lasti) - 1]


_line_tables: dict[int, tuple[CodeType, list[int], list[int]]] = {}
_MAX_LINE_TABLES: Final = 64


DeclaredT = TypeVar("DeclaredT")


def format_arguments(value: object) -> str | None:
    """Return the values of a list as separate arguments, for the text of errors; None if the value is no list."""
    return ", ".join(f'"{each}"' for each in value) if isinstance(value, list | tuple | set) else None


def copy_with(declared: DeclaredT, **changes: Any) -> DeclaredT:
    """Return a copy with some attributes changed, like attrs.evolve.

    Unlike attrs.evolve, the copy skips converters and validators, because a schema has many objects.
    """
    kind: Any = type(declared)
    copy: DeclaredT = object.__new__(kind)
    set_attribute = object.__setattr__
    names, read_values = _read_fields(kind)
    for name, value in zip(names, read_values(declared), strict=True):
        set_attribute(copy, name, value)
    for name, value in changes.items():
        set_attribute(copy, name, value)
    return copy


@cache
def _read_fields(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in attrs.fields(kind))
    return names, attrgetter(*names)


def format_origin(declared: Any) -> str | None:
    """Format the line that declares an object for `where` of an error."""
    return str(declared.origin) if declared.origin else None


def validate_name(name: object, what: str) -> str:
    """Return the name if Postgres accepts it without truncation.

    Args:
        name: The name.
        what: The kind of object, for the text of errors.

    Raises:
        DefinitionError: If the name is not a str, is empty, longer than 63 bytes, or cannot be stored.
    """
    if type(name) is not str:
        raise DefinitionError(
            f"the name of a {what} must be a plain str, not {name!r}", instead='Write the name as "name".'
        )
    if name.isascii() and 0 < len(name) <= MAX_NAME_BYTES and "\0" not in name:
        return name
    if not name:
        raise DefinitionError(f"{what} needs a name", instead="Postgres has no empty names: choose a name.")
    if "\0" in name:
        raise DefinitionError(
            f"{what} name {name!r} contains NUL", instead="Remove NUL, which Postgres cannot store."
        )
    try:
        size = len(name.encode())
    except UnicodeEncodeError as error:
        raise DefinitionError(
            f"{what} name {name!r} is not valid Unicode", instead="Remove the lone surrogate from the name."
        ) from error
    if size > MAX_NAME_BYTES:
        raise DefinitionError(
            f"{what} name {name!r} has {size} bytes",
            instead=f"Postgres truncates names to {MAX_NAME_BYTES} bytes: choose a shorter name.",
        )
    return name


def to_former_name(value: str | None) -> str | None:
    """Validate the former name of an object; None if the object has no former name."""
    return None if value is None else validate_name(value, "renamed object")


def to_collation(value: str | Sql | Collation | None) -> Sql | None:
    """Quote the name of a collation; SQL is the quoted name of one that is not on the search path."""
    declared: Any = value
    if getattr(declared, "kind", None) == "collation":
        return qualified(declared.schema, declared.name)
    return value if value is None or isinstance(value, Sql) else identifier(validate_name(value, "collation"))


def to_names(value: str | Iterable[str]) -> tuple[str, ...]:
    """Convert one name or several names to a tuple of names."""
    return (value,) if isinstance(value, str) else tuple(value)


def validate_flag(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validate an attribute that is True or False. Python would count the text "no" as true.

    Raises:
        DefinitionError: If the value is neither a bool nor the default, which is None where Postgres decides.
    """
    if not isinstance(value, bool) and value is not attribute.default:
        raise DefinitionError(
            f"{attribute.name} must be True or False, not {value!r}",
            instead=f"Write {attribute.name}=True or {attribute.name}=False.",
        )


def validate_comment(value: str | None) -> str | None:
    """Return a comment, with None for an empty comment, which Postgres does not store.

    Raises:
        DefinitionError: If the comment is not a plain str, or cannot be stored.
    """
    comment: Any = value
    if comment is None or comment == "":
        return None
    if not isinstance(comment, str) or isinstance(comment, Sql):
        raise DefinitionError(
            f"a comment must be a plain str, not {comment!r}", instead='Write comment="...".'
        )
    try:
        require_storable(comment)
    except ValueError as error:
        raise DefinitionError(
            f"comment: {error}", instead="Remove the character from the comment."
        ) from error
    return comment
