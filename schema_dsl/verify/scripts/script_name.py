"""The name of a script for messages, with the file of each line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import PurePath
from typing import Self


class ScriptName(str):
    """The name of a script that may be several files, which run one after another.

    Attributes:
        starts: The first line of each file in the script.
        paths: The paths of the files.
    """

    __slots__ = ("paths", "starts")

    starts: tuple[int, ...]
    paths: tuple[str, ...]

    @classmethod
    def of_files(cls, files: Iterable[tuple[str, str]]) -> Self:
        """Build the name of a script from the paths and texts of its files."""
        starts, paths, line = [], [], 1
        for path, text in files:
            starts.append(line)
            paths.append(path)
            line += text.count("\n") + (not text.endswith("\n"))
        name = cls(paths[0] if len(paths) == 1 else f"{paths[0]} to {paths[-1]}")
        name.starts, name.paths = tuple(starts), tuple(paths)
        return name


def locate(name: str, line: int) -> str:
    """Return the file and line of a line of a script, for messages."""
    path, line_of_file = _find(name, line)
    return f"{path}:{line_of_file}"


def locate_line(name: str, line: int) -> str:
    """Return the line of a script for a table of one script: with its file, if there are several."""
    path, line_of_file = _find(name, line)
    is_one_file = not isinstance(name, ScriptName) or len(name.paths) == 1
    return str(line) if is_one_file else f"{PurePath(path).name}:{line_of_file}"


def _find(name: str, line: int) -> tuple[str, int]:
    if not isinstance(name, ScriptName):
        return name, line
    place = bisect_right(name.starts, line) - 1
    return name.paths[place], line - name.starts[place] + 1
