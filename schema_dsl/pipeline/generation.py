"""The generation of the next migration and of its rollback."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import MigrationError, SettingsError, display_path
from schema_dsl.migrations import (
    GeneratedMigration,
    History,
    Migration,
    parse_date,
    read_history,
    rollback_path,
    write_atomically,
)
from schema_dsl.migrations.notes import note_unmarked
from schema_dsl.pipeline.allowances import allow_hazards, require_hazards
from schema_dsl.pipeline.baseline_objects import creates_declared
from schema_dsl.pipeline.free_names import require_free_names
from schema_dsl.pipeline.instructions import note_similar, note_stale
from schema_dsl.pipeline.linting import lint_before_writing
from schema_dsl.pipeline.lock_notes import note_locks
from schema_dsl.pipeline.naming import name_changes
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.rehearsal import list_owned, list_restored, require_applicable
from schema_dsl.pipeline.rendering import render_files, write_files
from schema_dsl.pipeline.stored_results import note_stored_results
from schema_dsl.pipeline.verification import build_subject
from schema_dsl.runner import choose_rollback_runner

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.lint import Finding
    from schema_dsl.plan import Difference, Plan, PlanHazard, Weakening
    from schema_dsl.plan.rename import Rename

_MIGRATION_NAME: Final = re.compile(r"[a-z0-9_]+\Z")


@attrs.frozen
class GenerationResult:
    """The result of `generate` or `rollback`.

    Attributes:
        path: First file of the migration, or file of the rollback; None if no migration exists and none is due.
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
        """Whether the text would weaken access without an allowance."""
        return any(not hazard.guarded for hazard in self.hazards)

    @property
    def is_prevented(self) -> bool:
        """Return whether the linter, or a hazard without an allowance, prevents writing."""
        return self.is_refused or any(finding.level.value == "error" for finding in self.findings)

    @property
    def text(self) -> str:
        """The SQL texts, one after another."""
        return "".join(self.texts.values())


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
        return GenerationResult(newest.first.path, notes=notes, unused=given)
    if amend:
        newest = _find_amendable(history, force=force)
        replayed = replayed[: replayed.index(newest.first)]
    due = _build_plan(project, replayed, drop=drop)
    undeclared = due.undeclared
    notes += due.notes
    if not due.plan:
        last = newest.last if newest else (history.versioned[-1] if history.versioned else None)
        return GenerationResult(
            last.path if last else None,
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
    replaced = [] if amended is None else [file.path for file in amended.files]
    result = GenerationResult(
        files[0].path,
        texts,
        findings=lint_before_writing(project, texts, changes=due.changes, replaced=replaced),
        omitted=undeclared,
        hazards=planned.hazards,
        notes=(
            *notes,
            *note_unmarked(history.versioned, project.settings.how_run),
            *note_locks(project, planned.plan),
        ),
        unused=planned.unused,
    )
    if (due.restored or due.owned) and not result.is_prevented:
        require_applicable(project, _read_files(project, result, output), due.restored, due.owned, output)
    if not write or result.is_prevented:
        return result
    write_files(files, None if amended is None else replaced)
    return attrs.evolve(result, written=True)


def _is_up_to_date(project: Project, replayed: Sequence[Migration], newest: GeneratedMigration) -> bool:
    """Return whether the newest migration alone shows that the migrations produce the definitions.

    It must be the last one, unedited, generated from these definitions after these migrations, and nothing may have
    been left behind then.
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


@collection_paused()
def rollback(
    project: Project,
    migration: GenerationResult,
    *,
    output: Path | None = None,
    force: bool = False,
    allow: Iterable[str] = (),
    write: bool = True,
) -> GenerationResult:
    """Generate, lint and write the rollback of a migration, unless the existing rollback is up to date.

    A scratch server applies the migration. The rollback is computed from the state before and after, so it
    keeps objects that existed before the migration, and restores replaced objects.

    Args:
        project: The project.
        migration: The result of `generate`.
        output: Folder of the migrations, by default the folder of the settings.
        force: Whether to overwrite a rollback that was edited by hand.
        allow: Hazards to allow, as `HAZARD` or `HAZARD:OBJECT`.
        write: Whether to write the file.

    Raises:
        SchemaDslError: If there is no migration, a rollback was edited by hand, or no server is available.
    """
    from schema_dsl.plan import choose_steps  # noqa: PLC0415 - only a due rollback needs it
    from schema_dsl.render import (  # noqa: PLC0415 - jinja2 is heavy
        UndoneMigration,
        is_rollback_of,
        render_rollback,
    )

    if migration.path is None:
        raise MigrationError("there is no migration to undo", instead="Run `schema-dsl generate` first.")
    files = _read_files(project, migration, output)
    undone = UndoneMigration(
        files=tuple(file.path.name for file in files), text="".join(file.text for file in files)
    )
    path = rollback_path(migration.path)
    given = tuple(allow)
    require_hazards(given)
    if path.is_file() and not force:
        present = Migration(path, 0, "")
        if is_rollback_of(present.text, undone):
            return GenerationResult(path, is_edited=present.is_edited)
        if present.is_edited or not present.is_generated:
            raise MigrationError(
                f"was edited by hand, and does not match the present {migration.path.name}",
                where=str(path),
                instead="Overwrite the rollback with --force, or edit it by hand.",
            )

    from schema_dsl.verify.reverse_plan import build_reverse_plan_on_server  # noqa: PLC0415 - psycopg is heavy

    reverse = build_reverse_plan_on_server(
        project.settings.postgres, build_subject(project, files, output=output)
    )
    recorded_in = Migration(path, 0, "").text if path.is_file() else ""
    planned = allow_hazards(reverse.plan, reverse.weakenings, given, recorded_in=recorded_in)
    runner = choose_rollback_runner(project.settings.how_run)
    text = render_rollback(
        choose_steps(planned.plan, runner),
        project.wanted,
        undone,
        file=path.name,
        date=parse_date(undone.text) or "",
        not_restored=reverse.not_restored,
        allowed=planned.allowed,
        runner=runner,
        lock_timeout=project.settings.lock_timeout,
        statement_timeout=project.settings.statement_timeout,
    )
    result = GenerationResult(
        path,
        {path: text},
        findings=lint_before_writing(project, {path: text}, undoes=True),
        omitted=reverse.not_restored,
        hazards=planned.hazards,
        unused=planned.unused,
    )
    if not write or result.is_prevented:
        return result
    write_atomically(path, text)
    return attrs.evolve(result, written=True)


def _read_files(project: Project, migration: GenerationResult, output: Path | None) -> list[Migration]:
    """Return the files of a migration: those that were generated and may not be written, or those of the folder."""
    if migration.texts:
        return [Migration.from_text(path, text) for path, text in migration.texts.items()]
    history = read_history(output, project.settings.naming) if output else project.history
    groups = [each.files for each in history.generated] + [(each,) for each in history.migrations]
    return next(list(files) for files in groups if migration.path in {file.path for file in files})


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
    due: _DueChange,
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


@attrs.frozen
class _DueChange:
    """The work of a migration.

    Attributes:
        plan: The plan.
        changes: The changes that the plan makes.
        weakenings: The changes that weaken access.
        undeclared: The undeclared objects that the plan does not drop.
        restored: Those of them that the plan removes and restores.
        owned: The objects to which the plan gives an owner.
        notes: Sentences about objects that may have been renamed, and properties that cannot be declared.
        renames: The renames, which come before the changes.
    """

    plan: Plan
    changes: Sequence[Difference]
    weakenings: tuple[Weakening, ...]
    undeclared: tuple[str, ...] = ()
    restored: tuple[Identity, ...] = ()
    owned: tuple[Identity, ...] = ()
    notes: tuple[str, ...] = ()
    renames: Sequence[Rename] = ()


def _build_plan(project: Project, replayed: Iterable[Migration], *, drop: bool) -> _DueChange:
    """Plan from the state after the replayed migrations, or from the existing tables if there are none."""
    from schema_dsl.plan import (  # noqa: PLC0415 - only a due migration needs it
        diff,
        find_weakenings,
        plan_differences,
    )

    history = tuple(replayed)
    if not history and not creates_declared(project):
        before, wanted = project.wanted.existing(), project.wanted
        changes: Sequence[Difference] = diff(before, wanted)
        weakenings = find_weakenings(changes, before.objects, wanted.roles)
        return _DueChange(plan_differences(changes, wanted.objects), changes, weakenings)
    from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify.replay import compare_history  # noqa: PLC0415

    subject = Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=history,
        file="",
        script="",
        wanted=project.wanted,
        managed=project.settings.managed,
    )
    difference = compare_history(project.settings.postgres, subject)
    undeclared = () if drop else tuple(map(str, difference.undeclared))
    changes = difference.list_changes(drop=drop)
    require_free_names(changes, difference.present, project.wanted.objects)
    weakenings = difference.list_weakenings(drop=drop)
    plan = difference.plan(drop=drop)
    notes = (
        *difference.inexpressible,
        *(note_similar(project, rename) for rename in difference.similar),
        *dict.fromkeys(note_stale(project, plan, changes, difference.renames, difference.present)),
        *note_stored_results(changes, difference.present),
    )
    restored = () if drop else list_restored(plan, difference.left)
    owned = list_owned(plan)
    return _DueChange(plan, changes, weakenings, undeclared, restored, owned, notes, difference.renames)
