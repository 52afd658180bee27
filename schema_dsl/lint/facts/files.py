"""The files of a history, and the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.rule import Ending

_FLYWAY = re.compile(r"[VB](\d+(?:[._]\d+)*)__", re.IGNORECASE)
_LEADING = re.compile(r"(\d+)(?=[_.-])")


@attrs.frozen
class Numbered:
    """A migration: its first statement, its file's name and folder, and the number as it is written."""

    step: Step
    name: str
    folder: str
    number: str

    @property
    def value(self) -> tuple[int, ...]:
        """The number as such: 7 and 007 are the same."""
        return tuple(int(part) for part in re.split(r"[._]", self.number))


def numbered(ending: Ending) -> Iterator[Numbered]:
    """Yield the files of a history that have a number, in the order in which they are run."""
    done = -1
    for statement in sorted(ending.steps):
        step = ending.steps[statement][0]
        if step.moment.file == done:
            continue
        done = step.moment.file
        path = PurePath(step.source.path)
        found = _FLYWAY.match(path.name) or _LEADING.match(path.name)
        if found:
            yield Numbered(step, path.name, str(path.parent), found[1])
