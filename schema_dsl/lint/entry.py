"""What the rest of the library calls: files and texts to findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from schema_dsl.errors import SchemaDslError
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.known import of_definitions, of_history, of_platform
from schema_dsl.lint.semantics.check import check_history, is_whole
from schema_dsl.lint.source import Source
from schema_dsl.lint.syntax import check_syntax

if TYPE_CHECKING:
    from schema_dsl.lint.history.schema import Schema
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.platforms import Platform

_LEADING_NUMBER = re.compile(r"\D?(\d+)")
# What undoes a migration, under the names that tools give it: no part of the history.
_UNDOES = re.compile(r"(?:[_.-](?:rollback|down|revert)|\.undo)\.sql\Z|\AU\d+", re.IGNORECASE)
# Above this, a number is a time, and says nothing of what came before.
_HIGHEST_NUMBER = 10**8


def lint_text(text: str, path: str, platform: Platform) -> list[Finding]:
    """Lint SQL that stands alone: what it does not make itself and the platform lacks may yet exist."""
    return _lint([Source.of(text, path)], of_platform(platform))


def lint_paths(paths: Iterable[Path], platform: Platform, wanted: Catalog | None = None) -> list[Finding]:
    """Lint files and folders.

    A folder is one history: its `*.sql` in the order in which they are run, each knowing what those before
    it made. Files that undo a migration are judged each on its own; so is every file that is named itself.
    `wanted` tells of the tables, functions and roles that were there before the history.

    Raises:
        SchemaDslError: If there is no such file, or it cannot be read.
    """
    found: list[Finding] = []
    for path in paths:
        if not path.is_dir():
            found += _lint([_read(path)], of_history(platform, wanted))
            continue
        files = sorted(path.glob("*.sql"), key=_order)
        history = [_read(file) for file in files if not _UNDOES.search(file.name)]
        schema = of_history(platform, wanted)
        if history and _starts(files[0]) and is_whole(history[0], of_history(platform, wanted)):
            schema.closed.add("public")
        found += _lint(history, schema)
        for file in files:
            if _UNDOES.search(file.name):
                found += _lint([_read(file)], of_history(platform, wanted))
    return found


def lint_generated(text: str, path: str, wanted: Catalog) -> list[Finding]:
    """Lint what is about to be written, knowing everything that it is meant to bring about."""
    return _lint([Source.of(text, path)], of_definitions(wanted), declared=True)


def _lint(sources: list[Source], schema: Schema, *, declared: bool = False) -> list[Finding]:
    found = [finding for source in sources for finding in check_syntax(source)]
    found += check_history(sources, schema, declared=declared)
    order = {source.path: number for number, source in enumerate(sources)}
    return sorted(found, key=lambda each: (order.get(each.file, 0), each))


def _starts(path: Path) -> bool:
    """Whether a name may be that of a project's first migration."""
    number, _ = _order(path)
    return number <= 1 or number >= _HIGHEST_NUMBER


def _order(path: Path) -> tuple[int, str]:
    number = _LEADING_NUMBER.match(path.name)
    return (int(number[1]) if number else 0, path.name)


def _read(path: Path) -> Source:
    shown = _shown(path)
    try:
        source = Source.read(path)
    except OSError as error:
        raise SchemaDslError(
            f"cannot be read: {error.strerror}", where=shown, instead="Name a .sql file, or a folder of them."
        ) from error
    source.path = shown
    return source


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
