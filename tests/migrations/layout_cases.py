"""The layouts: a folder of migrations each, and the results of reading and replaying it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import attrs

from schema_dsl.migrations import History, Migration, read_history

LAYOUTS = Path(__file__).parent / "layouts"
NAMES = sorted(folder.name for folder in LAYOUTS.iterdir() if folder.is_dir())


@attrs.frozen
class LayoutCase:
    """A folder of migrations and the expectations."""

    name: str
    expected: dict[str, Any]

    @classmethod
    def load(cls, name: str) -> LayoutCase:
        """Load a case."""
        return cls(name, tomllib.loads((LAYOUTS / name / "expected.toml").read_text("utf-8")))

    @property
    def folder(self) -> Path:
        """The migrations folder."""
        return LAYOUTS / self.name / "migrations"

    @property
    def history(self) -> History:
        """The history that the reader returns."""
        return read_history(self.folder)


def list_forward_texts(migration: Migration) -> list[str]:
    """Return the forward statements, with one blank for each run of white space."""
    return [" ".join(each.statement.text.split()) for each in migration.statements]
