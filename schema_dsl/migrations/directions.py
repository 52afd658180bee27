"""The direction in a file name: `.up.sql`, `.down.sql`, `_rollback.sql`, `rollback_`."""

from __future__ import annotations

import re
from typing import Final

import attrs

from schema_dsl.migrations.file_name import FileRole

_ROLLBACK: Final = re.compile(r"[-_.]rollback\Z", re.IGNORECASE)
# Tools that run each file whose name starts with a number do not run rollback_20260131000000_name.sql.
_ROLLBACK_PREFIX: Final = re.compile(r"rollback_(?=[0-9V])", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\.(?:(?P<forward>up|do)|down|undo|revert)\Z", re.IGNORECASE)
# postgrator writes the direction after the number: 001.do.name.sql.
_INFIX: Final = re.compile(r"(?<=[0-9])\.(?:(?P<forward>do)|undo)(?=\.)", re.IGNORECASE)
# 012_scale_down.sql may be a forward migration.
_DESCRIPTION: Final = re.compile(r"[-_](?:down|undo|revert)\Z", re.IGNORECASE)


@attrs.frozen
class Direction:
    """The direction in a file name.

    Attributes:
        stem: The file name without suffix and direction.
        role: The role of the file.
        is_pair: Whether the tool has a file for each direction.
        partners: The files of which one is beside the file, if the direction is not a part of the description.
    """

    stem: str
    role: FileRole = "forward"
    is_pair: bool = False
    partners: tuple[str, ...] = ()


def read_direction(stem: str) -> Direction:
    """Read the direction in a file name without its suffix; without a direction, the file is a forward migration."""
    rollback = _ROLLBACK.search(stem)
    if rollback is not None:
        return Direction(stem[: rollback.start()], "rollback")
    prefix = _ROLLBACK_PREFIX.match(stem)
    if prefix is not None:
        return Direction(stem[prefix.end() :], "rollback")
    pair = _SUFFIX.search(stem) or _INFIX.search(stem)
    if pair is not None:
        role: FileRole = "forward" if pair["forward"] else "down"
        return Direction(stem[: pair.start()] + stem[pair.end() :], role, is_pair=True)
    description = _DESCRIPTION.search(stem)
    if description is not None:
        start = stem[: description.start()]
        partners = tuple(f"{start}{end}.sql" for end in ("", "_up", "-up", ".up"))
        return Direction(start, "down", partners=partners)
    return Direction(stem)
