"""Generate, lint and write the next migration."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import MigrationError, SettingsError, display_path
from schema_dsl.migrations import GeneratedMigration, History, Migration, read_history
from schema_dsl.migrations.notes import note_unmarked
from schema_dsl.pipeline.allowances import allow_hazards, require_hazards
from schema_dsl.pipeline.due_change import DueChange, plan_due_change
from schema_dsl.pipeline.generation_result import GenerationResult, read_files
from schema_dsl.pipeline.linting import lint_before_writing
from schema_dsl.pipeline.lock_notes import note_locks
from schema_dsl.pipeline.naming import name_changes
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.rehearsal import require_applicable
from schema_dsl.pipeline.rendering import render_files, write_files
from schema_dsl.pipeline.row_notes import note_rows

_MIGRATION_NAME: Final = re.compile(r"[a-z0-9_]+\Z")


@collection_paused()
def generate(
    project: Project,
    *,
    name: str | None = None,
    date: str | None = None,
    output: Path | None = None,
    amend: bool = False,
    force: bool = False,
    drop: bool = False,
    allow: Iterable[str] = (),
    write: bool = True,
) -> GenerationResult:
    """Generate, lint and write the next migration, if the definitions differ from the migrations.

    Earlier migrations are replayed on a scratch server. No server is needed for the first file of a folder, or if the
    newest file shows that nothing changed: see `_is_up_to_date`.

    Args:
        project: The project.
        name: Name of the migration. By default the first one has the name of the definitions module, or "schema" for
            several, and a later one is named by its changes.
        date: Date for the header, by default the date of the amended migration or today.
        output: Folder of the migrations, by default the folder of the settings.
        amend: Whether to regenerate the newest migration, which no shared database may have applied.
        force: Whether to overwrite a file that was edited by hand.
        drop: Whether to drop the objects that the migrations create and the definitions do not declare.
        allow: Hazards to allow, as `HAZARD` or `HAZARD:OBJECT`.
        write: Whether to write the file.

    Raises:
        SchemaDslError: If the definitions, the migrations folder or the server do not allow the migration.
    """
    given = tuple(allow)
    require_hazards(given)
    history = read_history(output, project.settings.naming) if output else project.history
    generated = history.generated
    newest = generated[-1] if generated else None
    replayed = project.replayed(history)
    notes = (*history.notes, *_note_edited(generated[:-1]))
    if newest is not None and not amend and _is_up_to_date(project, replayed, newest):
        return GenerationResult(newest.first.path, last=newest.last.path, notes=notes, unused=given)
    if amend:
        newest = _find_amendable(history, force=force)
        replayed = replayed[: replayed.index(newest.first)]
    due = plan_due_change(project, replayed, drop=drop)
    undeclared = due.undeclared
    notes += due.notes
    if not due.plan:
        last = history.versioned[-1].path if history.versioned else None
        return GenerationResult(
            newest.first.path if newest else last,
            last=last,
            is_edited=bool(newest and newest.is_edited),
            omitted=undeclared,
            notes=notes,
            unused=given,
        )
    if newest is not None and newest.is_edited and not amend:
        notes += (f"{newest.label} was edited by hand after it was generated",)
    amended = newest if amend else None
    day = date or (amended.first.date if amended else None) or dt.datetime.now(tz=dt.UTC).date().isoformat()
    recorded_in = amended.text if amended else ""
    planned = allow_hazards(due.plan, due.weakenings, given, recorded_in=recorded_in)
    files = render_files(
        project,
        planned.plan,
        _name_files(project, history, amended, name=name, day=day, due=due),
        day=day,
        allowed=planned.allowed,
        history="" if undeclared else project.fingerprint_history(replayed),
    )
    texts = {file.path: file.text for file in files}
    switched = {file.path for file in files if file.configuration}
    replaced = [] if amended is None else [file.path for file in amended.files]
    result = GenerationResult(
        files[0].path,
        texts,
        findings=lint_before_writing(
            project, texts, changes=due.changes, replaced=replaced, switched=switched
        ),
        omitted=undeclared,
        hazards=planned.hazards,
        notes=(
            *notes,
            *note_unmarked(history.versioned, project.settings.how_run),
            *note_locks(project, planned.plan),
            *note_rows(planned.plan),
        ),
        unused=planned.unused,
    )
    if due.reasons and not result.is_prevented:
        require_applicable(project, read_files(project, result, output), due.reasons, output)
    if not write or result.is_prevented:
        return result
    write_files(files, None if amended is None else replaced)
    return attrs.evolve(result, written=True)


def _is_up_to_date(project: Project, replayed: Sequence[Migration], newest: GeneratedMigration) -> bool:
    """Return whether the newest migration alone shows that the migrations produce the definitions.

    The newest migration must be the last one, unedited, and generated from these definitions after these migrations,
    and no object may have been left behind at that time.
    """
    seal = newest.last.seal
    return (
        seal is not None
        and newest.is_complete
        and seal.definitions == project.wanted.fingerprint()
        and replayed[-1] is newest.last
        and not newest.is_edited
        and seal.history == project.fingerprint_history(replayed[: -len(newest.files)])
    )


def _note_edited(earlier: Iterable[GeneratedMigration]) -> tuple[str, ...]:
    """Return a note for each file that was edited after a later migration was generated."""
    return tuple(
        f"{file.label} was edited by hand, and later migrations were generated after it"
        for migration in earlier
        for file in migration.files
        if file.is_edited
    )


def _find_amendable(history: History, *, force: bool) -> GeneratedMigration:
    """Return the newest migration if it is the last one, and `force` is set or it was not edited by hand."""
    if not history.generated:
        raise MigrationError(
            f"there is no migration generated by schema-dsl in {display_path(history.folder)}/ to amend",
            instead="Run `schema-dsl generate`.",
        )
    newest, last = history.generated[-1], history.versioned[-1]
    if newest.last is not last:
        raise MigrationError(
            f"{newest.last.path.name} is not the last migration: {last.path.name} follows it",
            instead="Only the last migration can be amended: run `schema-dsl generate` for a new migration.",
        )
    if newest.is_edited and not force:
        raise MigrationError(
            "was edited by hand, and --amend would overwrite the edits",
            where=str(next(file.path for file in newest.files if file.is_edited)),
            instead="Move the edits into the definitions and add --force, or do not amend the file.",
        )
    return newest


def _name_files(
    project: Project,
    history: History,
    amended: GeneratedMigration | None,
    *,
    name: str | None,
    day: str,
    due: DueChange,
) -> Callable[[int], Path]:
    """Return a function that names the files of a migration; an amended one keeps the name of its first file.

    Raises:
        SettingsError: If the name is not valid.
    """
    sections = project.wanted.sections
    number = history.next_number(project.settings.first_number or 1, day)
    if amended is not None:
        migration_name, number = amended.first.name, amended.first.number
    elif name:
        migration_name = name
    elif history.generated:
        migration_name = name_changes(due.changes, due.renames)
    else:
        migration_name = Path(sections[0].file).stem if len(sections) == 1 else "schema"
    if not _MIGRATION_NAME.match(migration_name):
        raise SettingsError(
            f"{migration_name!r} is not a valid name of a migration",
            instead="Use only a to z, 0 to 9 and _ in --name.",
        )

    def choose_path(place: int) -> Path:
        if amended is not None and place == 0:
            return amended.first.path
        return history.path_for(number + place, f"{migration_name}_{place + 1}" if place else migration_name)

    return choose_path
