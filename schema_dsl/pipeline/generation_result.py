"""The result of the generation of a migration or of its rollback."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.migrations import Migration, read_history
from schema_dsl.pipeline.project import Project

if TYPE_CHECKING:
    from schema_dsl.lint import Finding
    from schema_dsl.plan import PlanHazard


@attrs.frozen
class GenerationResult:
    """The result of `generate` or `rollback`.

    Attributes:
        path: First file of the migration, or file of the rollback; None if no migration exists and none is due.
        last: Last file of the migrations folder, if the migration is up to date.
        texts: SQL texts by path; empty if the migration is up to date.
        written: Whether the texts were written to the files.
        is_edited: Whether the existing file was edited by hand.
        findings: Findings of the linter; a finding of level error prevents writing.
        notes: Sentences about the migrations that do not prevent anything.
        omitted: Objects that the text leaves unchanged: for a migration, the undeclared objects that `drop`
            would drop; for a rollback, the objects that the rollback cannot restore.
        hazards: The hazards of the text that are not allowed. A guard in the text stops a loss; weaker access prevents
            writing.
        unused: The given allowances that allow nothing.
    """

    path: Path | None
    last: Path | None = attrs.field(default=None, kw_only=True)
    texts: Mapping[Path, str] = attrs.Factory(dict)
    written: bool = False
    is_edited: bool = False
    findings: tuple[Finding, ...] = ()
    omitted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hazards: tuple[PlanHazard, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Return whether the text would weaken access without an allowance."""
        return any(not hazard.guarded for hazard in self.hazards)

    @property
    def is_prevented(self) -> bool:
        """Return whether the linter, or a hazard without an allowance, prevents writing."""
        return self.is_refused or any(finding.level.value == "error" for finding in self.findings)

    @property
    def text(self) -> str:
        """The SQL texts, one after another."""
        return "".join(self.texts.values())


def read_files(project: Project, migration: GenerationResult, output: Path | None) -> list[Migration]:
    """Return the files of a migration: those that were generated and may not be written, or those of the folder."""
    if migration.texts:
        return [Migration.from_text(path, text) for path, text in migration.texts.items()]
    history = read_history(output, project.settings.naming) if output else project.history
    groups = [each.files for each in history.generated] + [(each,) for each in history.migrations]
    return next(list(files) for files in groups if migration.path in {file.path for file in files})
