"""Define proofs and their outcomes."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.verify.scratch import Scratch


class Status(enum.Enum):
    """The status of a proof. `UNPROVEN` means that the proof had nothing to try; it is reported and is no failure."""

    PROVEN = "proven"
    FAILED = "failed"
    UNPROVEN = "unproven"


@attrs.frozen(kw_only=True)
class Outcome:
    """The outcome of a proof.

    Attributes:
        status: Whether the proof holds.
        summary: One line on the trials and their results.
        failures: Sentences about failures that the reader must act on.
        notes: Sentences about limits of the proof.
        table: A header and rows for the report.
        data: The results for the JSON report.
    """

    status: Status
    summary: str
    failures: Sequence[str] = ()
    notes: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    data: Mapping[str, Any] = attrs.Factory(dict)


@attrs.frozen(kw_only=True)
class Proof:
    """A property of a migration that is proven by running the migration.

    Attributes:
        name: The name in the report and for `--only`.
        promise: The sentence that holds if the proof succeeds.
        rank: The position in the report.
        run: Runs the proof. It drops every database that it creates, and raises only errors that prevent it from
            running.
        slow: Whether the proof starts before the others, so that they run at the same time.
        checks_application: Whether the proof also runs if the migration does not apply.
    """

    name: str
    promise: str
    rank: int
    run: Callable[[Scratch], Outcome]
    slow: bool = False
    checks_application: bool = False


def conclude_proven(summary: str, **more: Any) -> Outcome:
    """Return the outcome of a proof without failures."""
    return Outcome(status=Status.PROVEN, summary=summary, **more)


def conclude(failures: Sequence[str], summary: str, **more: Any) -> Outcome:
    """Return the outcome of a proof: failed if there are failures, otherwise proven."""
    if not failures:
        return conclude_proven(summary, **more)
    count = f"{len(failures)} failures" if len(failures) > 1 else failures[0]
    return Outcome(status=Status.FAILED, summary=count, failures=failures, **more)
