"""The plan of Sqitch: `sqitch.plan` lists the changes, each of which has the file `deploy/NAME.sql`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.migration import Migration

_PLAN: Final = "sqitch.plan"
FOLDERS: Final = frozenset({"deploy", "revert", "verify"})
"""The folders of Sqitch beside its plan. Only `deploy` has migrations."""


def find_plan(folder: Path) -> Path | None:
    """Return the plan of a project's folder, or of its folder `deploy`; None without a plan."""
    homes = (folder, folder.parent) if folder.name == "deploy" else (folder,)
    return next((home / _PLAN for home in homes if (home / _PLAN).is_file()), None)


def read_changes(folder: Path, plan: Path) -> Iterator[Migration]:
    """Yield the migrations of a plan, in its order.

    Args:
        folder: The folder that is read.
        plan: The path of the plan.
    """
    for number, file in enumerate(_list_files(plan.read_text("utf-8", errors="replace")), 1):
        path = plan.parent / "deploy" / f"{file}.sql"
        if path.is_file():
            label = path.relative_to(folder).as_posix()
            yield Migration.of(path, FileName("sqitch", "", (number,), file), label)


def _list_files(plan: str) -> list[str]:
    """Return the names of the files, in the order of the plan.

    A change that a later line reworks has a file with the name of the first tag between the two lines.
    """
    files: list[str] = []
    untagged: dict[str, int] = {}
    last: dict[str, tuple[int, str]] = {}
    for line in plan.splitlines():
        words = line.partition("#")[0].split()
        if not words or words[0].startswith("%"):
            continue
        if words[0].startswith("@"):
            for name, at in untagged.items():
                last[name] = at, words[0]
            untagged.clear()
            continue
        name = words[0].removeprefix("+")
        if name.startswith("-"):
            continue
        if name in last:
            at, tag = last.pop(name)
            files[at] = f"{name}{tag}"
        untagged[name] = len(files)
        files.append(name)
    return files
