"""A migration that schema-dsl generated: one file, or several files that run one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from schema_dsl.migrations.migration import Migration

if TYPE_CHECKING:
    from schema_dsl.render import Seal


@attrs.frozen
class GeneratedMigration:
    """The files of a generated migration, in their order.

    Attributes:
        files: The files.
    """

    files: tuple[Migration, ...]

    @property
    def first(self) -> Migration:
        """The first file, by which the migration is named."""
        return self.files[0]

    @property
    def last(self) -> Migration:
        """The last file."""
        return self.files[-1]

    @property
    def label(self) -> str:
        """The name for messages."""
        return self.first.label if len(self.files) == 1 else f"{self.first.label} to {self.last.label}"

    @property
    def text(self) -> str:
        """The texts of the files, one after another."""
        return "".join(file.text for file in self.files)

    @property
    def is_edited(self) -> bool:
        """Return whether a file was edited by hand."""
        return any(file.is_edited for file in self.files)

    @property
    def is_complete(self) -> bool:
        """Return whether no file is missing, as after a run that was interrupted."""
        seal = self.last.seal
        return seal is not None and len(self.files) == seal.part.number == seal.part.count


def group_generated(migrations: Iterable[Migration]) -> tuple[GeneratedMigration, ...]:
    """Group the files of each generated migration; hand-written files are left out."""
    groups: list[list[Migration]] = []
    before: Seal | None = None
    for migration in migrations:
        seal = migration.seal
        if seal is not None and before is not None and seal.follows(before):
            groups[-1].append(migration)
        elif seal is not None:
            groups.append([migration])
        before = seal
    return tuple(GeneratedMigration(tuple(group)) for group in groups)


def join_forward(files: Sequence[Migration]) -> str:
    """Return the SQL of files that run one after another, as one script."""
    return "".join(each.forward if each.forward.endswith("\n") else f"{each.forward}\n" for each in files)
