"""What a proof is, and what it comes to."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.verify.scratch import Scratch


class Status(enum.Enum):
    """How a proof ended. `UNPROVEN` means that there was nothing to go by: it is told, and fails nothing."""

    PROVEN = "proven"
    FAILED = "failed"
    UNPROVEN = "unproven"


@attrs.frozen(kw_only=True)
class Outcome:
    """What a proof came to.

    `summary` is one line on what was seen. `failures` are sentences that a reader acts on, `notes` what else
    is worth telling. `table` holds rows for people, `data` the same for programs.
    """

    status: Status
    summary: str
    failures: Sequence[str] = ()
    notes: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    data: Mapping[str, Any] = attrs.Factory(dict)


@attrs.frozen(kw_only=True)
class Proof:
    """One thing that is shown of a migration by doing it.

    `promise` says what holds when it is proven. `rank` orders the report. `run` may use several databases and
    must leave none; it raises only what keeps it from running at all. A `slow` one is begun first, so that the
    others run beside it. One that `shows_application` is asked even where the migration does not apply.

    """

    name: str
    promise: str
    rank: int
    run: Callable[[Scratch], Outcome]
    slow: bool = False
    shows_application: bool = False


def proven(summary: str, **more: Any) -> Outcome:
    """Say that all held."""
    return Outcome(status=Status.PROVEN, summary=summary, **more)


def outcome(failures: Sequence[str], summary: str, **more: Any) -> Outcome:
    """Say that all held, unless there are failures."""
    if not failures:
        return proven(summary, **more)
    count = f"{len(failures)} failed" if len(failures) > 1 else failures[0]
    return Outcome(status=Status.FAILED, summary=count, failures=failures, **more)
