"""Sentences about the files of a migrations folder that a replay leaves out, or whose order is not certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from schema_dsl.errors import MigrationError
from schema_dsl.migrations.migration import Migration
from schema_dsl.runner import Runner

_NAMED: Final = 3


def note_duplicate_numbers(migrations: Iterable[Migration]) -> Iterator[str]:
    """Yield a note for every number that several migrations have."""
    numbered = [migration for migration in migrations if migration.version]
    for _, group in groupby(numbered, key=lambda migration: migration.version):
        names = [migration.label for migration in group]
        if len(names) > 1:
            yield f"{_enumerate(names)} have the same number and run in the order of their names"


def note_superseded(superseded: Sequence[Migration], migrations: Iterable[Migration]) -> Iterator[str]:
    """Yield a note about the migrations that a baseline of Flyway replaces."""
    if superseded:
        baseline = next(migration for migration in migrations if migration.role == "baseline")
        names = [migration.label for migration in superseded]
        yield f"{_enumerate(names)} {_is(names)} replaced by the baseline {baseline.label}"


def note_files_outside_journal(
    migrations: Iterable[Migration], journal: Collection[str] | None
) -> Iterator[str]:
    """Yield a note about the migrations that Drizzle does not run, although they are in its folder."""
    if journal is None:
        return
    names = [
        migration.label
        for migration in migrations
        if migration.label not in journal and "/" not in migration.label and not _is_generated(migration)
    ]
    if names:
        them = "it" if len(names) == 1 else "them"
        yield f"{_enumerate(names)} {_is(names)} not in meta/_journal.json, so Drizzle does not run {them}"


def note_unmarked(migrations: Sequence[Migration], runner: Runner) -> Iterator[str]:
    """Yield a note if the tool of the newest hand-written migration does not run files for a runner."""
    by_hand = [migration for migration in migrations if not _is_generated(migration)]
    if not by_hand or not runner.is_psql:
        return
    newest = by_hand[-1]
    tool = newest.sections.tool.name if newest.sections.tool is not None else _TOOLS.get(newest.layout)
    if tool is not None:
        yield (
            f"{newest.label} is written for {tool}, and the generated file for {runner.name}: run that with psql, or"
            f" copy its statements into a file of {tool}"
        )


# Tools that recognize their files by name.
_TOOLS: Final = {
    "prisma": "Prisma",
    "diesel": "diesel",
    "drizzle": "Drizzle",
    "sqitch": "Sqitch",
    "up-down": "a tool with .up.sql and .down.sql files",
}


def note_not_migrations(names: Sequence[str], *, has_plan: bool) -> Iterator[str]:
    """Yield a note about files of SQL without a number, or outside of the plan of Sqitch."""
    if names and has_plan:
        them = "it" if len(names) == 1 else "them"
        yield f"{_enumerate(names)} {_is(names)} not in sqitch.plan, so Sqitch does not deploy {them}"
    elif len(names) == 1:
        yield f"{names[0]} is no migration: its name has no number"
    elif names:
        yield f"{_enumerate(names)} are no migrations: their names have no number"


def note_not_sql(names: Sequence[str]) -> Iterator[str]:
    """Yield a note about migrations that are programs or templates."""
    if names:
        what = "it does" if len(names) == 1 else "they do"
        yield f"{_enumerate(names)} {_is(names)} not SQL, so a replay leaves out what {what}"


def note_broken_links(names: Sequence[str]) -> Iterator[str]:
    """Yield a note about links of SQL files without a target."""
    if names:
        what = "a link to a file that does" if len(names) == 1 else "links to files that do"
        yield f"{_enumerate(names)} {_is(names)} {what} not exist"


def note_unread_folders(labels: Sequence[str]) -> Iterator[str]:
    """Yield a note about files in folders that belong to no layout."""
    if labels:
        yield f"{_enumerate(labels)} {_is(labels)} not read: the folder belongs to no layout of migrations"


def _is_generated(migration: Migration) -> bool:
    try:
        return migration.is_generated
    except MigrationError:
        return False


def _enumerate(names: Sequence[str]) -> str:
    shown = list(names)
    if len(shown) > _NAMED + 1:
        shown = [*shown[:_NAMED], f"{len(shown) - _NAMED} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
