"""Derive the settings of a project from its migrations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import History, read_history
from schema_dsl.platforms import platform as find_platform

# The folders in which projects keep their migrations, the most likely folder first.
_FOLDERS: Final = (
    "migrations",
    "prisma/migrations",
    "db/migrations",
    "sql/migrations",
    "drizzle",
    "supabase/migrations",
    "src/main/resources/db/migration",
    "db/migration",
    "db/migrate",
    "database/migrations",
    "src/migrations",
)
_SUPABASE: Final = re.compile(
    r"""\b"?auth"?\s*\.\s*(?:"?users"?\b|(?:uid|jwt|role|email)\s*\()""", re.IGNORECASE
)
_DBMATE: Final = re.compile(r"^--\s*migrate:up\b", re.MULTILINE)
# A parameter of the application has a dot in its name.
_PARAMETER: Final = re.compile(r"\bcurrent_setting\s*\(\s*'([a-z_][\w$]*(?:\.[\w$]+)+)'", re.IGNORECASE)


@attrs.frozen(slots=False)
class FoundMigrations:
    """The migrations that a project has.

    Attributes:
        name: The folder, relative to the project.
        history: The files of the folder.
    """

    name: str
    history: History

    @classmethod
    def find(cls, project: Path, *, supabase_cli: bool) -> FoundMigrations:
        """Return the migrations of a project; of a folder that does not exist yet if it has none."""
        folders = ("supabase/migrations",) if supabase_cli else _FOLDERS
        name = next((each for each in folders if (project / each).is_dir()), folders[0])
        return cls(name, read_history(project / name))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(self._read_texts())

    def _read_texts(self) -> Iterator[str]:
        for migration in self.history.migrations:
            try:
                yield migration.content
            except MigrationError:
                continue

    @property
    def platform(self) -> str:
        """The platform: "supabase" if a migration uses its schema auth."""
        return "supabase" if any(map(_SUPABASE.search, self._texts)) else "vanilla"

    def derive_settings(self, platform: str) -> dict[str, str]:
        """Return the settings that follow from the migrations, by their names.

        Args:
            platform: The platform of the project.
        """
        migrations, guessed = self.history.migrations, {}
        if any(migration.layout == "flyway" for migration in migrations):
            guessed["naming"] = "flyway"
        elif any(map(_DBMATE.search, self._texts)):
            guessed |= {"naming": "supabase", "runner": "dbmate"}
        loaded = find_platform(platform)
        privileges = loaded.guess_default_privileges(migration.number for migration in migrations)
        parameters = {name.lower() for text in self._texts for name in _PARAMETER.findall(text)}
        if privileges:
            guessed["default-privileges"] = privileges
        # With several parameters, only the project knows which one has the id of the caller.
        if loaded.caller is None and len(parameters) == 1:
            guessed["claims"] = parameters.pop()
        return guessed
