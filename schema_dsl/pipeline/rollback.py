"""Generate, lint and write the rollback of a migration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import MigrationError
from schema_dsl.migrations import Migration, parse_date, rollback_path, write_atomically
from schema_dsl.pipeline.allowances import allow_hazards, require_hazards
from schema_dsl.pipeline.generation_result import GenerationResult, read_files
from schema_dsl.pipeline.linting import lint_before_writing
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.verification import build_subject
from schema_dsl.runner import choose_rollback_runner


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
    files = read_files(project, migration, output)
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

    from schema_dsl.verify.rollback.reverse_plan import build_reverse_plan_on_server  # noqa: PLC0415 - psycopg is heavy

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
