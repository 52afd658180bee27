"""The files of a history, and the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import FinalState

_FLYWAY = re.compile(r"[VB](\d+(?:[._]\d+)*)__", re.IGNORECASE)
# 2.10.0 is a version, to which a number may be added; of 001_2024 only 001 is a number.
_LEADING = re.compile(r"(\d+(?:\.\d+)+(?:_\d+)*|\d+)(?=[_-]|\.(?!\d))")


@attrs.frozen
class Numbered:
    """A migration: its first statement, its file's name and folder, and the number as it is written."""

    step: HistoryStep
    name: str
    folder: str
    number: str

    @property
    def value(self) -> tuple[int, ...]:
        """The number as such: 7 and 007 are the same."""
        return parts(self.number)


def number(name: str) -> str:
    """Give the number in front of a file's name as it is written, "" for none."""
    found = _FLYWAY.match(name) or _LEADING.match(name)
    return found[1] if found else ""


def parts(written: str) -> tuple[int, ...]:
    """Give what orders written numbers: 1.10 comes behind 1.9."""
    return tuple(int(part) for part in re.split(r"[._]", written))


def numbered(final_state: FinalState) -> Iterator[Numbered]:
    """Yield the files of a history that have a number, in the order in which they are run."""
    done = -1
    for statement in sorted(final_state.steps):
        step = final_state.steps[statement][0]
        if step.moment.file == done:
            continue
        done = step.moment.file
        path = PurePath(step.source.path)
        found = number(path.name)
        if found:
            yield Numbered(step, path.name, str(path.parent), found)
