"""Check that a replay can run the migrations: one error with file and line if it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.analysis.effects.superuser import find_superuser_command
from schema_dsl.errors import MigrationError
from schema_dsl.migrations.migration import Migration
from schema_dsl.migrations.obstacles import find_obstacles
from schema_dsl.parsing.lines import Lines


def require_replayable(migrations: Iterable[Migration]) -> None:
    """Check that a replay can run all migrations.

    Args:
        migrations: The migrations to replay.

    Raises:
        MigrationError: For the first part of a file that a replay cannot run, with its file and line, and with the
            number of other such files.
    """
    found = (find_replay_error(migration) for migration in migrations)
    errors = [error for error in found if error is not None]
    if not errors:
        return
    first, others = errors[0], len(errors) - 1
    if others:
        files = "1 more file cannot" if others == 1 else f"{others} more files cannot"
        raise MigrationError(f"{first.what} ({files} be replayed)", where=first.where, instead=first.instead)
    raise first


def find_replay_error(migration: Migration) -> MigrationError | None:
    """Return the reason why a replay cannot run a migration, with its file and line; None if it can."""
    try:
        sections = migration.sections
    except MigrationError as error:
        return error
    obstacle = next(iter(find_obstacles(sections)), None)
    if obstacle is not None:
        line, _ = Lines(sections.text).position(obstacle.offset)
        return MigrationError(obstacle.what, where=f"{migration.path}:{line}", instead=obstacle.instead)
    return next(_find_superuser_errors(migration), None)


def _find_superuser_errors(migration: Migration) -> Iterator[MigrationError]:
    for replayed in migration.statements:
        command = find_superuser_command(replayed.statement)
        if command is not None:
            yield MigrationError(
                f"{command} needs a superuser, and the role that replays the migrations is none",
                where=f"{migration.path}:{replayed.statement.line}",
                instead="Replace the file by a baseline that does without this statement.",
            )
