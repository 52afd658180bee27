"""The files of a lint run: the migrations of a folder in the order of execution, and files that are linted alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import SchemaDslError, display_path, resolve_links
from schema_dsl.migrations import (
    FileName,
    Migration,
    find_unread_folders,
    is_no_sql,
    is_template,
    read_file_name,
    read_history,
)

# The files of one history share a name here. "alone": the file is no part of a history.
HistoryName: TypeAlias = Literal["history", "superseded", "alone"]
# The number or version of the first migration to report on; 0 for all files.
Since: TypeAlias = int | tuple[int, ...]
_MOST_FOLDERS: Final = 3


@attrs.frozen
class LintedFile:
    """A file to lint.

    Attributes:
        path: The path.
        name: The parsed file name; None if the file is no migration.
        history: The history that the file belongs to.
        unread: Why lint cannot read the file; "" if it can.
    """

    path: Path
    name: FileName | None
    history: HistoryName
    unread: str = ""

    @property
    def path_shown(self) -> str:
        """The path for messages. A link without a target keeps its own."""
        return display_link(self.path) if self.unread else display_path(self.path)

    @property
    def version(self) -> tuple[int, ...]:
        """The number or version of the migration; empty if there is none."""
        return () if self.name is None else self.name.version

    @property
    def number(self) -> int:
        """The number of the migration, or the first part of its version; 0 if there is none."""
        return self.version[0] if self.version else 0


def list_linted_files(path: Path) -> list[LintedFile]:
    """Return a file, or the files of a folder: first those that are no migration, then the migrations.

    Raises:
        SchemaDslError: If the path is a folder that cannot be read.
    """
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise unreadable_error(display_path(path), error) from error
    if not is_folder:
        unread = "this file is not SQL" if is_no_sql(path.name) else ""
        return [LintedFile(path, read_file_name(path), "alone", unread)]
    folder = read_history(path)
    return [
        *(LintedFile(file, None, "history") for file in folder.others),
        *(_of(migration, "history", folder.unreadable) for migration in folder.in_order),
        # A baseline of Flyway replaces these: they are another way to the same state.
        *(_of(migration, "superseded") for migration in folder.superseded),
        *(_of(migration, "alone") for migration in folder.undoing),
    ]


def _of(migration: Migration, history: HistoryName, unreadable: Sequence[Migration] = ()) -> LintedFile:
    unread = _describe_unread(migration.path) if migration in unreadable else ""
    return LintedFile(migration.path, migration.file_name, history, unread)


def _describe_unread(path: Path) -> str:
    if is_template(path.name):
        return "this migration is not SQL until its template is rendered"
    if path.suffix.lower() == ".sql":
        return "this is a link to a file that does not exist"
    return "this migration is not SQL"


def list_reported_files(paths: Iterable[Path], since: Since = 0) -> list[str]:
    """Return the files on which a lint run reports: those with a number or version of at least `since`."""
    first = as_version(since)
    return [file.path_shown for path in paths for file in list_linted_files(path) if file.version >= first]


def as_version(since: Since) -> tuple[int, ...]:
    """Return the first number or version to report on as integers; empty for all files."""
    return since if isinstance(since, tuple) else (since,) if since else ()


def find_newest(paths: Iterable[Path]) -> LintedFile | None:
    """Return the last migration of the last folder with migrations; None if no folder has migrations."""
    for path in reversed(list(paths)):
        migrations = [file for file in list_linted_files(path) if file.history == "history" and file.number]
        if path.is_dir() and migrations:
            return migrations[-1]
    return None


def require_linted_files(paths: Iterable[Path]) -> None:
    """Raise SchemaDslError for a folder without any file to lint, or if all files that are named are no SQL.

    "no findings" would be untrue.
    """
    paths = list(paths)
    if paths and all(is_no_sql(path.name) and path.is_file() for path in paths):
        raise SchemaDslError(
            "this file is not SQL", where=display_path(paths[0]), instead="Name a .sql file, or a folder."
        )
    for path in paths:
        if path.is_dir() and all(file.unread for file in list_linted_files(path)):
            unread = read_history(path).unread
            what = (
                f"nothing here can be linted: {'; '.join(unread)}"
                if unread
                else "the folder has no .sql file"
            )
            instead = "Name a .sql file, or a folder with migrations."
            below = find_unread_folders(path, ())
            if below:
                instead = f"Name the folder with the migrations: {_enumerate_folders(path, below)}."
            raise SchemaDslError(what, where=f"{display_path(path)}/", instead=instead)


def nothing_to_lint_error(root: Path, definitions: Path, migrations: Path) -> SchemaDslError:
    """Return the error of a project with neither definitions nor migrations where the settings expect them."""
    below = find_unread_folders(root, ())
    named = _enumerate_folders(root, below) if below else "schema-dsl lint FOLDER"
    return SchemaDslError(
        f"nothing to lint: {display_path(definitions)}/ and {display_path(migrations)}/ do not exist",
        instead=f"Name the folder with the migrations: {named}. Or set `migrations` in [tool.schema-dsl].",
    )


def list_notes(paths: Iterable[Path], since: Since = 0) -> tuple[str, ...]:
    """Return a note for every folder without files to lint, which may be misspelt, and for files that are not read."""
    numbered = f" with a number of at least {'.'.join(map(str, as_version(since)))}" if since else ""
    notes: list[str] = []
    for path in paths:
        if path.is_dir():
            if not list_reported_files([path], since):
                notes.append(f"no .sql file{numbered} in {path}")
            below = find_unread_folders(path, {file.path for file in list_linted_files(path)})
            if below:
                what = _enumerate_folders(path, below)
                notes.append(f"{path}: lint does not read the SQL in {what}: name the folder to lint it")
    return tuple(notes)


def _enumerate_folders(path: Path, labels: Sequence[str]) -> str:
    """Return the paths of folders below a path, for messages."""
    shown = [f"{display_path(path / label)}/" for label in labels[:_MOST_FOLDERS]]
    more = [f"{len(labels) - _MOST_FOLDERS} more"] if len(labels) > _MOST_FOLDERS else []
    *first, last = [*shown, *more]
    return f"{', '.join(first)} and {last}" if first else last


def without_duplicates(paths: Iterable[Path]) -> list[Path]:
    """Return paths without duplicates, and without files of folders that are also among the paths."""
    by_path = {resolve_links(path): path for path in reversed(list(paths))}
    # Path.is_dir raises without permission; os.path.isdir returns False.
    folders = [resolved for resolved in by_path if os.path.isdir(resolved)]  # noqa: PTH112
    covered = {resolve_links(file.path) for folder in folders for file in list_linted_files(folder)}
    return [path for resolved, path in by_path.items() if resolved not in covered][::-1]


def display_link(path: Path) -> str:
    """Return a path for messages, with the name of a link and not that of its target."""
    folder = display_path(path.parent)
    return path.name if folder == "." else f"{folder}/{path.name}"


def unreadable_error(path_shown: str, error: OSError) -> SchemaDslError:
    """Return the error of a file or folder that cannot be read."""
    return SchemaDslError(
        f"cannot be read: {error.strerror}",
        where=path_shown,
        instead="Pass a .sql file, or a folder with .sql files.",
    )
