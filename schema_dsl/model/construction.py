"""Record the objects that definitions construct, to report objects without a name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import attrs


@attrs.define(eq=False)
class ConstructedObjects:
    """The tables and other objects of schemas that were constructed while definitions loaded.

    Attributes:
        objects: The objects, in the order of construction.
        passed: Tables that another object refers to, such as a foreign key.
        files: The files whose text is part of an object.
    """

    objects: list[Any] = attrs.Factory(list)
    passed: list[object] = attrs.Factory(list)
    files: set[Path] = attrs.Factory(set)


_current: ContextVar[ConstructedObjects | None] = ContextVar("constructed_objects", default=None)


@contextmanager
def record_constructed_objects() -> Iterator[ConstructedObjects]:
    """Record the objects that are constructed within the context."""
    constructed = ConstructedObjects()
    token = _current.set(constructed)
    try:
        yield constructed
    finally:
        _current.reset(token)


def record_constructed(declared: object) -> None:
    """Record a constructed object, if definitions are being loaded."""
    constructed = _current.get()
    if constructed is not None:
        constructed.objects.append(declared)


def record_passed(target: object) -> None:
    """Record that an object refers to a table, if definitions are being loaded."""
    constructed = _current.get()
    if constructed is not None:
        constructed.passed.append(target)


def record_file(file: Path) -> None:
    """Record that the text of a file is part of an object, if definitions are being loaded."""
    constructed = _current.get()
    if constructed is not None:
        constructed.files.add(file)
