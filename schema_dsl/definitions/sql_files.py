"""Collect the objects that the files of SQL of a definitions folder declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.reader import read_sql_file
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import Platform

# The comment at the top of a file: lines that begin with --, before anything else.
_HEADING: Final = re.compile(r"\s*((?:--[^\n]*\n?)+)")


@attrs.frozen
class SqlFileObjects:
    """The objects of Python and of SQL together.

    Attributes:
        objects: All declared objects by a key of their own: those of Python with the additions of SQL, and those of
            SQL.
        from_sql: The objects that SQL declares, and existing tables to which SQL adds parts.
        comments: The comment at the top of each file.
    """

    objects: dict[int, Any]
    from_sql: Sequence[SchemaObject]
    comments: Mapping[Path, str]


def list_sql_files(folder: Path, excluded: Iterable[Path]) -> list[Path]:
    """Return the files of SQL in a folder and its sub-folders, sorted; hidden folders are left out.

    Args:
        folder: The folder.
        excluded: Files and folders that are no definitions, such as the baseline.
    """
    others = {path.resolve() for path in excluded}
    return [
        file
        for file in sorted(folder.rglob("*.sql"))
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and others.isdisjoint((file.resolve(), *file.resolve().parents))
    ]


def read_sql_files(
    files: Sequence[Path], declared: Mapping[int, SchemaObject], platform: Platform
) -> SqlFileObjects:
    """Read files of SQL, whose statements may be about objects that Python declares or the platform has.

    Args:
        files: The files.
        declared: The objects that Python declares, by their ids.
        platform: The platform.

    Raises:
        DefinitionError: If a statement is no declaration, or is about an object that is not declared; with its line.
    """
    declarations = SqlDeclarations()
    comments = {}
    for file in files:
        read_sql_file(file, declarations)
        comments[file] = _read_heading(file)
    built = declarations.build([*declared.values(), *platform.tables])
    objects: dict[int, Any] = {key: built.changed.get(key, item) for key, item in declared.items()}
    added = [item for key, item in built.changed.items() if key not in declared]
    from_sql = [*built.objects, *added]
    return SqlFileObjects({**objects, **{id(item): item for item in from_sql}}, from_sql, comments)


def _read_heading(file: Path) -> str:
    match = _HEADING.match(file.read_text("utf-8-sig"))
    if match is None:
        return ""
    return "\n".join(line.strip().removeprefix("--").strip() for line in match[1].splitlines())
