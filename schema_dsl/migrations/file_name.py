"""The name of a migration file, and the facts that it states."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

Layout: TypeAlias = Literal[
    "numbered", "timestamped", "flyway", "up-down", "prisma", "diesel", "drizzle", "sqitch"
]
FileRole: TypeAlias = Literal["forward", "baseline", "repeatable", "down", "rollback"]


@attrs.frozen
class FileName:
    """The parsed name of a migration file.

    Attributes:
        layout: The layout of the name.
        number: The number or version as it is written; "" if there is none.
        version: The number as integers: versions are compared part by part.
        name: The rest of the name.
        role: Whether the file is part of the history. A "baseline" replaces the versions up to its own, a "repeatable"
            file runs after all versions, and "down" and "rollback" files undo a migration.
    """

    layout: Layout
    number: str
    version: tuple[int, ...]
    name: str
    role: FileRole = "forward"

    @property
    def undoes(self) -> bool:
        """Return whether the file undoes a migration."""
        return self.role in {"down", "rollback"}
