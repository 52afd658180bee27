"""The lock modes of tables."""

from __future__ import annotations

import enum


class LockMode(enum.IntEnum):
    """A mode in which a statement locks a table, weakest first, with the numbers of Postgres (lockdefs.h)."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        """Return the name in SQL, such as ACCESS EXCLUSIVE."""
        return self.name.replace("_", " ")

    @property
    def pg_locks_name(self) -> str:
        """The name in pg_locks, such as AccessExclusiveLock."""
        return f"{self.name.title().replace('_', '')}Lock"

    @property
    def blocks(self) -> str:
        """The accesses of other sessions that the mode blocks, for messages; "" if it blocks only changes of schema."""
        if self is LockMode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= LockMode.SHARE else ""


_STRENGTHS = {mode.pg_locks_name: int(mode) for mode in LockMode}


def lock_strength(name: str | None) -> int:
    """Return the strength of a mode by its name in pg_locks; 0 for None and for other modes, such as SIReadLock."""
    return _STRENGTHS.get(name or "", 0)
