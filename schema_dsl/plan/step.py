"""What a plan is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from schema_dsl.model.identity import Identity
from schema_dsl.sql import Sql

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
class Loss:
    """Data that a step loses, as SQL that can refuse as long as there is any.

    `what` names it for a person. `present` is the condition under which what is dropped is there;
    `conditions` hold, all of them, of those rows of `relation` that have such data. `refusal` is the message,
    a format of RAISE that takes their number. `forced` says that policies hide rows from the owner, too.
    """

    what: str
    relation: Sql
    present: Sql
    conditions: tuple[Sql, ...]
    refusal: Sql
    forced: bool = False


@attrs.frozen
class Step:
    """One template, and what to print in it: as many statements as the template has.

    `subject` is the object that the step is about, `values` holds SQL only. `rank` orders the steps of one
    table among each other. `loss` is what its template refuses to lose unless that is allowed. `parts` are the
    steps that are printed within this one; one that is `alone` is not to share a transaction with what is
    before it.
    """

    subject: Identity
    template: str
    values: Mapping[str, Any]
    rank: int
    hazards: tuple[Hazard, ...] = ()
    loss: Loss | None = None
    parts: tuple[Step, ...] = ()
    alone: bool = False


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
