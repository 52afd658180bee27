"""Files of Flyway: `V1.2__name.sql`, `U1.2__name.sql`, `B5__name.sql` and `R__name.sql`.

Flyway runs the versioned files in the order of their versions, and then the repeatable files in the order of their
names. On an empty database, the newest baseline replaces all versions up to its own. Undo files run only on request.
"""

from __future__ import annotations

import re
from typing import Final

from schema_dsl.migrations.file_name import FileName, FileRole
from schema_dsl.migrations.numbers import split_version

_VERSIONED: Final = re.compile(
    r"(?P<prefix>[VUB])(?P<version>[0-9]+(?:[._][0-9]+)*)__(?P<name>.*)\Z", re.IGNORECASE | re.DOTALL
)
_REPEATABLE: Final = re.compile(r"R__(?P<name>.+)\Z", re.IGNORECASE | re.DOTALL)
_ROLES: Final[dict[str, FileRole]] = {"V": "forward", "U": "down", "B": "baseline"}


def read_flyway_name(stem: str) -> FileName | None:
    """Read a file name without its suffix; None if it is not a name of Flyway."""
    versioned = _VERSIONED.match(stem)
    if versioned is not None:
        number = versioned["version"]
        role = _ROLES[versioned["prefix"].upper()]
        return FileName("flyway", number, split_version(number), versioned["name"], role)
    repeatable = _REPEATABLE.match(stem)
    return FileName("flyway", "", (), repeatable["name"], "repeatable") if repeatable else None
