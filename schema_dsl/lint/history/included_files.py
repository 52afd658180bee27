"""The files that psql reads inside other files, by its commands i and ir."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from schema_dsl.lint.source import Source

_INCLUDES = re.compile(r"^[^\S\n]*\\(?:ir?|include(?:_relative)?)\b[^\S\n]*(?P<name>[^\n]*)", re.MULTILINE)


@attrs.frozen
class IncludedFile:
    """A file that psql reads at an offset of another file.

    Attributes:
        path: The file; None if there is no such file.
    """

    offset: int
    path: Path | None

    def read(self) -> Source | None:
        """Read the file; return None if that is not possible."""
        try:
            return None if self.path is None else Source.read(self.path)
        except OSError:
            return None


def find_included_files(source: Source) -> Iterator[IncludedFile]:
    """Yield the files that psql reads in a file, relative to the folder of the file or to the current one."""
    for match in _INCLUDES.finditer(source.text) if "\\i" in source.text else ():
        name = match["name"].strip().strip("'")
        places = (Path(source.path).parent / name, Path(name)) if name else ()
        yield IncludedFile(match.start(), next((place for place in places if place.is_file()), None))
