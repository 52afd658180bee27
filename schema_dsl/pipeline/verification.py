"""A migration put to the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from schema_dsl.errors import MigrationError, SettingsError
from schema_dsl.migrations import read_history, rollback_path
from schema_dsl.pipeline.project import Project, shown

if TYPE_CHECKING:
    from schema_dsl.verify import Mutants, Report, Subject


def verify(
    project: Project,
    specs: Iterable[str] = (),
    *,
    only: Iterable[str] = (),
    mutants: Mutants | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Put the newest migration of ours to the proof, on each server named, by default the settings' one.

    With `mutants` the proofs themselves are tried, on damaged copies of it, each until one of them notices
    or, "every", to all of them.

    Raises:
        SchemaDslError: If there is no migration, or no server to show it on.
    """
    from schema_dsl.verify import proofs  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify import verify as run  # noqa: PLC0415

    chosen = {name: proof for proof in proofs() for name in [proof.name]}
    wanted = tuple(only)
    for name in wanted:
        if name not in chosen:
            raise SettingsError(f"there is no proof {name!r}", instead=f"Known: {', '.join(chosen)}.")
    picked = [proof for proof in proofs() if not wanted or proof.name in wanted]
    return run(subject(project), tuple(specs) or (project.settings.postgres,), picked, tell, mutants)


def subject(
    project: Project, path: Path | None = None, script: str = "", *, output: Path | None = None
) -> Subject:
    """Give what is put to the proof: a migration, by default the newest of ours, and what it continues.

    Raises:
        MigrationError: If there is none.
    """
    from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy

    history = read_history(output or project.settings.migrations, project.settings.naming)
    if path is None:
        if not history.ours:
            raise MigrationError(
                f"there is no migration of ours in {history.folder}",
                instead="Run `schema-dsl generate` first.",
            )
        path, script = history.ours[-1].path, history.ours[-1].text
    rollback = rollback_path(path)
    return Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=tuple(takewhile(lambda each: each.path != path, history.since_baseline())),
        file=shown(path),
        script=script,
        wanted=project.wanted,
        rollback=rollback.read_text("utf-8") if rollback.is_file() else None,
        settings={
            name: value
            for name in ("lock_timeout", "statement_timeout")
            for value in [getattr(project.settings, name)]
            if value
        },
    )
