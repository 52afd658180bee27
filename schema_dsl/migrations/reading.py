"""Read a migrations folder: find the layout of every file, and sort the migrations."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.migrations.drizzle import read_journal, read_journal_name
from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.flyway import find_undone, strip_zeros
from schema_dsl.migrations.folders import read_folder_name
from schema_dsl.migrations.graphile import has_committed, read_committed
from schema_dsl.migrations.history import History
from schema_dsl.migrations.layouts import has_undoing_files, is_sql_file, mark_undoing, read_name
from schema_dsl.migrations.migration import Migration
from schema_dsl.migrations.notes import (
    note_broken_links,
    note_duplicate_numbers,
    note_files_outside_journal,
    note_not_migrations,
    note_not_sql,
    note_superseded,
    note_unread_folders,
)
from schema_dsl.migrations.numbers import read_number
from schema_dsl.migrations.sqitch import FOLDERS, find_plan, read_changes

_PROGRAM: Final = re.compile(r"\.(?:go|py|js|mjs|cjs|ts|rb|java|kt|php|cs|exs?|rs)\Z", re.IGNORECASE)
_DATA: Final = re.compile(r"\.(?:md|json|ya?ml|toml|lock|sum|conf|properties|hcl|xml)\Z", re.IGNORECASE)
_TEMPLATE: Final = re.compile(
    r"\.sql\.(?:j2|jinja2?|tmpl|gotmpl|tpl|template|erb|mustache|hbs|liquid|in)\Z", re.IGNORECASE
)


@attrs.define
class _Folder:
    """The files of a migrations folder, before they are sorted."""

    found: list[Migration] = attrs.Factory(list)
    others: list[str] = attrs.Factory(list)
    programs: list[str] = attrs.Factory(list)
    unread: list[str] = attrs.Factory(list)
    links: list[str] = attrs.Factory(list)


def read_history(folder: Path, naming: str = "numbered") -> History:
    """Read a migrations folder. The layout of every file follows from its name.

    Args:
        folder: The folder; a missing one has no migrations.
        naming: The scheme by which new files are named.

    Raises:
        MigrationError: If the folder cannot be read.
    """
    try:
        journal = read_journal(folder)
        read = _read_folder(folder, journal or {}) if folder.is_dir() else _Folder()
        plan = find_plan(folder) if folder.is_dir() else None
        if plan is not None:
            read = _follow_plan(folder, plan, read)
        elif has_committed(folder):
            read = _keep(list(read_committed(folder)), folder, read)
    except OSError as error:
        raise MigrationError(f"cannot be read: {error.strerror}", where=str(folder)) from error
    read.found = list(_run_by_refinery(read.found))
    ordered = sorted((each for each in read.found if not each.undoes), key=_sort_key)
    superseded, migrations = _split_at_baseline(ordered)
    unread = (
        *note_not_sql(read.programs),
        *note_broken_links(read.links),
        *note_unread_folders(read.unread),
    )
    return History(
        folder,
        naming,
        tuple(migrations),
        tuple(sorted((each for each in read.found if each.undoes), key=_sort_key)),
        tuple(folder / name for name in read.others),
        tuple(superseded),
        notes=(
            *note_duplicate_numbers(migrations),
            *note_superseded(superseded, migrations),
            *note_files_outside_journal(migrations, journal),
            *note_not_migrations(read.others, has_plan=plan is not None),
            *unread,
        ),
        unread=unread,
        unreadable=tuple(
            sorted((_read_unreadable(folder, name) for name in (*read.programs, *read.links)), key=_sort_key)
        ),
    )


def _read_folder(folder: Path, journal: Mapping[str, int]) -> _Folder:
    files, folders = _list_folder(folder)
    read = _Folder(links=_list_broken_links(folder))
    beside = frozenset(files)
    for file in files:
        name = read_journal_name(file, journal) or read_name(file, beside)
        if name is not None:
            read.found.append(Migration.of(folder / file, name, file))
        elif is_sql_file(file):
            read.others.append(file)
        elif is_template(file) or _is_program(file, files):
            read.programs.append(file)
    for inner in folders:
        try:
            if has_undoing_files(inner):
                read.found += _read_undoing_folder(folder / inner, inner)
                continue
            found = list(_read_inner_folder(folder / inner, inner))
            read.found += found
            read.unread += [] if found else _list_unread(folder / inner, inner)
        except PermissionError:
            read.unread.append(f"{inner}/")
    return read


def _is_program(file: str, beside: Sequence[str]) -> bool:
    """Return whether a file is a migration in another language, and not a program that runs the SQL file beside it."""
    suffix = _PROGRAM.search(file)
    if suffix is None or read_number(file) is None:
        return False
    stem = file[: suffix.start()]
    return not any(each.startswith(stem) and is_sql_file(each) for each in beside)


def _read_unreadable(folder: Path, file: str) -> Migration:
    number = read_number(file)
    version = number.version if number is not None else ()
    name = read_name(file) or FileName("numbered", number.text if number is not None else "", version, file)
    return Migration.of(folder / file, name, file)


def is_no_sql(file: str) -> bool:
    """Return whether the name of a file is that of a program, of documentation or of data."""
    return _PROGRAM.search(file) is not None or _DATA.search(file) is not None


def is_template(file: str) -> bool:
    """Return whether a file is SQL only after a template engine has rendered it."""
    return _TEMPLATE.search(file) is not None


def _follow_plan(folder: Path, plan: Path, read: _Folder) -> _Folder:
    """Return the files of a folder of Sqitch, of which only the plan lists the migrations."""
    kept = _keep(list(read_changes(folder, plan)), folder, read)
    kept.unread = [each for each in kept.unread if each.partition("/")[0] not in FOLDERS]
    return kept


def _keep(migrations: list[Migration], folder: Path, read: _Folder) -> _Folder:
    """Return a folder with some of its migrations and the files that undo these; the rest becomes `others`."""
    paths = {migration.path for migration in migrations}
    labels = {migration.label for migration in migrations}
    undoing = [each for each in read.found if each.undoes and each.path not in paths]
    others = (*read.others, *(each.label for each in read.found if not each.undoes))
    return _Folder(
        [*migrations, *undoing],
        [label for label in others if folder / label not in paths],
        read.programs,
        [label for label in read.unread if label not in labels],
        read.links,
    )


def _run_by_refinery(found: Sequence[Migration]) -> Iterator[Migration]:
    """Yield the migrations; a U file that undoes none of them, and that no baseline replaces, runs forward."""
    names = [migration.file_name for migration in found]
    undone = find_undone(names)
    replaced = max((strip_zeros(name.version) for name in names if name.role == "baseline"), default=())
    for migration in found:
        name, version = migration.file_name, strip_zeros(migration.version)
        is_undo = name.layout != "flyway" or name.role != "down" or version in undone or version <= replaced
        yield migration if is_undo else attrs.evolve(migration, file_name=attrs.evolve(name, role="forward"))


def _list_folder(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the files and folders in a folder, without hidden ones."""
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            # A link may point to itself, or to a place that may not be read.
            with contextlib.suppress(OSError):
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif entry.is_file():
                    files.append(entry.name)
    return sorted(files), sorted(folders)


def _list_broken_links(folder: Path) -> list[str]:
    """Return the names of the links of SQL files whose target is missing."""
    with os.scandir(folder) as entries:
        links = [entry.name for entry in entries if entry.is_symlink() and is_sql_file(entry.name)]
    # os.path.exists returns False for a link to itself, where DirEntry.is_file raises.
    return sorted(name for name in links if not os.path.exists(folder / name))  # noqa: PTH110


def _read_inner_folder(folder: Path, label: str) -> Iterator[Migration]:
    """Yield the migrations of a folder that is one migration, or has files of Flyway, which reads all folders."""
    files, folders = _list_folder(folder)
    of_folder = [(file, name) for file in files if (name := read_folder_name(folder.name, file)) is not None]
    if of_folder:
        yield from (Migration.of(folder / file, name, f"{label}/{file}") for file, name in of_folder)
        return
    names = [(file, read_name(file)) for file in files]
    of_flyway = [(file, name) for file, name in names if name is not None and name.layout == "flyway"]
    yield from (Migration.of(folder / file, name, f"{label}/{file}") for file, name in of_flyway)
    for inner in folders if of_flyway else ():
        yield from _read_inner_folder(folder / inner, f"{label}/{inner}")


def _read_undoing_folder(folder: Path, label: str) -> Iterator[Migration]:
    for file in _list_folder(folder)[0]:
        name = mark_undoing(read_name(file), file)
        if name is not None:
            yield Migration.of(folder / file, name, f"{label}/{file}")


def _list_unread(folder: Path, label: str) -> list[str]:
    files, _ = _list_folder(folder)
    return [f"{label}/{file}" for file in files if is_sql_file(file)]


def _sort_key(migration: Migration) -> tuple[int, tuple[int, ...], str, str]:
    if migration.role == "repeatable":
        return 2, (), migration.name, migration.label
    # A folder without a number sorts as text, after all digits.
    return int(not migration.version), migration.version, migration.label, ""


def _split_at_baseline(ordered: Sequence[Migration]) -> tuple[list[Migration], list[Migration]]:
    """Return the migrations that the newest baseline of Flyway replaces, and the others."""
    baselines = [migration for migration in ordered if migration.role == "baseline"]
    if not baselines:
        return [], list(ordered)
    newest = baselines[-1]
    superseded = [
        migration
        for migration in ordered
        if migration.layout == "flyway"
        and migration.role != "repeatable"
        and migration is not newest
        and strip_zeros(migration.version) <= strip_zeros(newest.version)
    ]
    return superseded, [migration for migration in ordered if migration not in superseded]
