"""The files of a history and the numbers in their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import FinalState

# The layouts with a folder for each migration.
_FOLDER_LAYOUTS = frozenset({"prisma", "diesel"})


@attrs.frozen
class NumberedMigration:
    """A migration.

    Attributes:
        step: The first statement.
        name: The name of the file, with its folder if each migration has one.
        folder: The migrations folder.
        number: The number as text.
        value: The value of the number: 7 and 007 are equal.
    """

    step: HistoryStep
    name: str
    folder: str
    number: str
    value: tuple[int, ...]


@cached
def list_numbered_migrations(final_state: FinalState) -> tuple[NumberedMigration, ...]:
    """Return the files of a history that have a number, in the order of the history."""
    return tuple(_find_numbered_migrations(final_state))


def _find_numbered_migrations(final_state: FinalState) -> Iterator[NumberedMigration]:
    for step in final_state.first_steps:
        path, name = PurePath(step.source.path), step.source.name
        if name is not None and name.number:
            folder = path.parent.parent if name.layout in _FOLDER_LAYOUTS else path.parent
            yield NumberedMigration(
                step, path.relative_to(folder).as_posix(), str(folder), name.number, name.version
            )
