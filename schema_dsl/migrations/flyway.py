"""Files of Flyway: `V1.2__name.sql`, `U1.2__name.sql`, `B5__name.sql` and `R__name.sql`.

Flyway runs the versioned files in the order of their versions, and then the repeatable files in the order of their
names. On an empty database, the newest baseline replaces all versions up to its own. Undo files run only on request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schema_dsl.migrations.file_name import FileName, FileRole
from schema_dsl.migrations.numbers import split_version

_VERSIONED: Final = re.compile(
    r"(?P<prefix>[VUB])(?P<version>[0-9]+(?:[._][0-9]+)*)__(?P<name>.*)\Z", re.IGNORECASE | re.DOTALL
)
_REPEATABLE: Final = re.compile(r"R__(?P<name>.+)\Z", re.IGNORECASE | re.DOTALL)
_UNDONE: Final = frozenset({"forward", "baseline"})
_ROLES: Final[dict[str, FileRole]] = {"V": "forward", "U": "down", "B": "baseline"}


def find_undone(names: Iterable[FileName]) -> frozenset[tuple[int, ...]]:
    """Return the versions of the migrations that undo files may undo, without zeros at the end.

    refinery also runs files that start with U, each with a version of its own.
    """
    return frozenset(
        strip_zeros(name.version) for name in names if name.layout == "flyway" and name.role in _UNDONE
    )


def strip_zeros(version: tuple[int, ...]) -> tuple[int, ...]:
    """Return a version without zeros at the end: 1 and 1.0 are the same version."""
    end = max((at for at, part in enumerate(version, 1) if part), default=0)
    return version[:end]


def read_flyway_name(stem: str) -> FileName | None:
    """Read a file name without its suffix; None if it is not a name of Flyway."""
    versioned = _VERSIONED.match(stem)
    if versioned is not None:
        number = versioned["version"]
        role = _ROLES[versioned["prefix"].upper()]
        return FileName("flyway", number, split_version(number), versioned["name"], role)
    repeatable = _REPEATABLE.match(stem)
    return FileName("flyway", "", (), repeatable["name"], "repeatable") if repeatable else None
