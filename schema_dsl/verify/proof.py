"""Define proofs and their outcomes."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self, TypeVar

import attrs

from schema_dsl.verify.databases.scratch import Scratch

_Item = TypeVar("_Item")


class Status(enum.Enum):
    """The status of a proof: its verdict.

    `PROVEN` means that the proof tried everything that it is about, and all of it held. `FAILED` means that the
    database did something that differs from the declaration. `UNPROVEN` means that the proof did not try something,
    which `Outcome.untried` names; it is no failure.
    """

    PROVEN = "proven"
    FAILED = "failed"
    UNPROVEN = "unproven"


@attrs.frozen
class Sample:
    """A sample of the possible trials of a proof. A proof whose sample held is proven, and reports the size.

    Attributes:
        tried: The number of trials.
        possible: The number of possible trials.
        seed: The seed that selected the trials, so that a second run selects the same ones.
    """

    tried: int
    possible: int
    seed: int

    @property
    def is_complete(self) -> bool:
        """Return whether every possible trial was made."""
        return self.tried >= self.possible

    @property
    def extent(self) -> str:
        """Return how many of how many trials were made, for instance "each of 25" or "400 of 12,000"."""
        return f"{'each' if self.is_complete else f'{self.tried:,}'} of {self.possible:,}"

    def __add__(self, other: Self) -> Self:
        """Return the sum of two samples that the same seed selected."""
        return attrs.evolve(self, tried=self.tried + other.tried, possible=self.possible + other.possible)

    def __str__(self) -> str:
        """Return the sample as summaries name it, for instance "sampled 400 of 12,000, seed 7"."""
        return f"sampled {self.tried:,} of {self.possible:,}, seed {self.seed}"


def draw_sample(items: Sequence[_Item], most: int, seed: int) -> list[_Item]:
    """Return at most `most` of the items, selected by a seed, in their order."""
    if len(items) <= most:
        return list(items)
    return [items[index] for index in sorted(random.Random(seed).sample(range(len(items)), most))]  # noqa: S311


@attrs.frozen(kw_only=True)
class Outcome:
    """The outcome of a proof.

    Attributes:
        status: The verdict.
        summary: One line on the trials and their results.
        failures: Sentences about failures that the reader must act on.
        untried: Sentences about objects that the proof should try and did not, each with the reason.
        notes: Sentences about facts that do not affect the verdict.
        table: A header and rows for the report.
        data: The results for the JSON report.
    """

    status: Status
    summary: str
    failures: Sequence[str] = ()
    untried: Sequence[str] = ()
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
        checks_folder: Whether the proof is about the state after the last migration of the folder, instead of about the
            newest generated migration.
    """

    name: str
    promise: str
    rank: int
    run: Callable[[Scratch], Outcome]
    slow: bool = False
    checks_application: bool = False
    checks_folder: bool = False


def conclude(
    failures: Sequence[str],
    summary: str,
    *,
    untried: Iterable[str] = (),
    sample: Sample | None = None,
    **more: Any,
) -> Outcome:
    """Return the outcome of a proof: failed if something failed, unproven if something was not tried, else proven.

    Args:
        failures: A sentence for each failure.
        summary: One line that counts the trials, for an outcome without failures.
        untried: A sentence for each part of the promise that was not tried, with its reason. An empty schema leaves
            nothing untried: the proof holds for its zero objects.
        sample: The sample, if the proof did not make every possible trial.
        more: The other attributes of the outcome.
    """
    missing = tuple(dict.fromkeys(untried))
    if failures:
        text = f"{len(failures)} failures" if len(failures) > 1 else failures[0]
        return Outcome(status=Status.FAILED, summary=text, failures=failures, untried=missing, **more)
    if sample is not None and not sample.is_complete:
        summary = f"{summary}; {sample}"
    if missing:
        summary = f"{summary}; {len(missing)} {'thing was' if len(missing) == 1 else 'things were'} not tried"
        return Outcome(status=Status.UNPROVEN, summary=summary, untried=missing, **more)
    return Outcome(status=Status.PROVEN, summary=summary, **more)
