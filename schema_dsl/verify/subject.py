"""Define the subject of the proofs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.role import Role
from schema_dsl.platforms import Platform
from schema_dsl.render import read_seal, seal_text
from schema_dsl.runner import RUNNERS, Runner


@attrs.frozen(kw_only=True)
class Subject:
    """A migration, the state before it, and the wanted state after it.

    Attributes:
        platform: The platform of the project.
        baseline: The script that creates the state before all migrations.
        earlier: The migrations between the baseline and this migration.
        later: The hand-written migrations after this migration.
        managed: The schemas that are managed whole.
        file: The path of the migration, for messages.
        script: The text of the migration; for several files, the SQL of all.
        files: The files of the migration, if they are known.
        rollback_runner: The tool that runs the rollback.
        wanted: The declared state.
        rollback: The text of the rollback, or None if no rollback exists.
        settings: The session settings that the project requires of migrations, such as lock_timeout.
        seed: The seed that selects the trials of a proof that cannot make all of them.
        tries_all: Whether proofs about the whole schema also try every table that the migration leaves as it was.
    """

    platform: Platform
    baseline: str
    earlier: tuple[Migration, ...]
    file: str
    script: str
    wanted: Catalog
    rollback: str | None = None
    settings: Mapping[str, str] = attrs.Factory(dict)
    seed: int = 7
    tries_all: bool = False
    later: tuple[Migration, ...] = ()
    managed: tuple[str, ...] = ()
    files: tuple[Migration, ...] = ()
    rollback_runner: Runner = RUNNERS["psql-single-transaction"]

    @property
    def has_history(self) -> bool:
        """Return whether a baseline or earlier migrations precede the migration."""
        return bool(self.baseline.strip() or self.earlier)

    @property
    def migrations(self) -> tuple[Migration, ...]:
        """Return all migrations in their order, with this migration as it is given."""
        own = self.files or (Migration.from_text(Path(self.file), self.script),)
        return (*self.earlier, *own, *self.later)

    @property
    def unmanaged_roles(self) -> tuple[Role, ...]:
        """Return the roles that exist before all migrations, as far as the definitions say."""
        return tuple(role for role in self.wanted.roles if role.is_reference)

    @property
    def is_outdated(self) -> bool:
        """Return whether the migration was generated from other definitions than the declared state."""
        seal = self.files[0].seal if self.files else read_seal(self.script)
        return seal is not None and seal.definitions != self.wanted.fingerprint()

    @property
    def is_generated(self) -> bool:
        """Return whether the migration was generated, as its seal shows."""
        return (self.files[0].seal if self.files else read_seal(self.script)) is not None

    @property
    def is_edited(self) -> bool:
        """Return whether the migration was generated and then edited by hand, which breaks its seal."""
        if self.files:
            return any(file.is_edited for file in self.files)
        return read_seal(self.script) is not None and seal_text(self.script) != self.script
