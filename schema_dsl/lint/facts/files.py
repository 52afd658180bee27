"""The files of a history and the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import FinalState

_FLYWAY = re.compile(r"[VB](\d+(?:[._]\d+)*)__", re.IGNORECASE)
# 2.10.0 is a version, which _1 may follow; in 001_2024 only 001 is the number.
_LEADING = re.compile(r"(\d+(?:\.\d+)+(?:_\d+)*|\d+)(?=[_-]|\.(?!\d))")


@attrs.frozen
class NumberedMigration:
    """A migration: its first statement, the name and folder of its file, and the number in the name as text."""

    step: HistoryStep
    name: str
    folder: str
    number: str

    @property
    def value(self) -> tuple[int, ...]:
        """The value of the number: 7 and 007 are equal."""
        return split_migration_number(self.number)


def read_migration_number(name: str) -> str:
    """Return the number at the start of a file name as text; "" if there is none."""
    match = _FLYWAY.match(name) or _LEADING.match(name)
    return match[1] if match else ""


def split_migration_number(number: str) -> tuple[int, ...]:
    """Return the parts of a number as integers, which sort 1.10 after 1.9."""
    return tuple(int(part) for part in re.split(r"[._]", number))


def find_numbered_migrations(final_state: FinalState) -> Iterator[NumberedMigration]:
    """Yield the files of a history that have a number, in the order of the history."""
    last_file = -1
    for statement in sorted(final_state.steps):
        step = final_state.steps[statement][0]
        if step.position.file == last_file:
            continue
        last_file = step.position.file
        path = PurePath(step.source.path)
        number = read_migration_number(path.name)
        if number:
            yield NumberedMigration(step, path.name, str(path.parent), number)
