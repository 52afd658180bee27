"""What a plan is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from schema_dsl.model.identity import Identity

LOCK_MODES: Final = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
"""The lock modes of relations from weakest to strongest, spelt as pg_locks spells them."""


@attrs.frozen
class Hazard:
    """What a step does to a database that is in use: the lock it takes on a table that is there already.

    `lock` is None where no lock is the point, as for data that is lost. `rewrites` says that every row of
    the table is written anew while the lock is held, `scans` that every row is read.
    """

    relation: tuple[str, str]
    lock: str | None
    effect: str
    rewrites: bool = False
    scans: bool = False
    loses_data: bool = False


@attrs.frozen
class Step:
    """One template, and what to print in it: as many statements as the template has.

    `subject` is the object that the step is about, `values` holds SQL only. `rank` orders the steps of one
    table among each other.
    """

    subject: Identity
    template: str
    values: Mapping[str, Any]
    rank: int
    hazards: tuple[Hazard, ...] = ()


@attrs.frozen
class Group:
    """The steps that concern one relation, in the order in which they run."""

    relation: tuple[str, str]
    steps: tuple[Step, ...]


@attrs.frozen
class Plan:
    """The way from one state to another, in groups by relation."""

    groups: tuple[Group, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give every step in the order in which it runs."""
        return tuple(step for group in self.groups for step in group.steps)

    def __bool__(self) -> bool:
        """Say whether there is anything to do."""
        return bool(self.groups)
