"""Define the subject of the proofs."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import Platform
from schema_dsl.render import read_seal, seal_text


@attrs.frozen(kw_only=True)
class Subject:
    """A migration, the state before it, and the wanted state after it.

    Attributes:
        platform: The platform of the project.
        baseline: The script that creates the state before all migrations.
        earlier: The migrations between the baseline and this migration.
        file: The path of the migration, for messages.
        script: The text of the migration.
        wanted: The declared state.
        rollback: The text of the rollback, or None if no rollback exists.
        settings: The session settings that the project requires of migrations, such as lock_timeout.
        seed: The seed that selects the trials of a proof that cannot make all of them.
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

    @property
    def is_edited(self) -> bool:
        """Return whether the migration was generated and then edited by hand, which breaks its seal."""
        return read_seal(self.script) is not None and seal_text(self.script) != self.script
