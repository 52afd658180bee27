"""A project: its settings, and what they lead to."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.definitions import load_definitions
from schema_dsl.errors import SettingsError
from schema_dsl.migrations import History, read_history
from schema_dsl.platforms import Platform, platform
from schema_dsl.settings import Settings, load_settings

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog


@attrs.frozen(slots=False)
class Project:
    """A project's settings, and what they lead to."""

    settings: Settings

    @cached_property
    def platform(self) -> Platform:
        """Give what a database of the project has before its first migration."""
        return platform(self.settings.platform)

    @cached_property
    def wanted(self) -> Catalog:
        """Load the definitions.

        Raises:
            DefinitionError: If they do not describe a schema.
        """
        return load_definitions(self.settings.definitions, self.platform)

    @cached_property
    def history(self) -> History:
        """List the migrations that are there."""
        return read_history(self.settings.migrations, self.settings.naming)

    @cached_property
    def baseline(self) -> str:
        """Read what stands for the migrations before our first.

        Raises:
            SettingsError: If the settings name a file that cannot be read.
        """
        file = self.settings.baseline
        if file is None:
            return ""
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"baseline cannot be read: {error}", where=str(file)) from error


def open_project(start: Path | None = None, *, platform: str | None = None) -> Project:
    """Open the project that a folder lies in, by default the current one; `platform` goes before its settings.

    Raises:
        SettingsError: If its settings cannot be followed.
    """
    settings = load_settings(start or Path.cwd())
    return Project(attrs.evolve(settings, platform=platform) if platform else settings)


def shown(path: Path) -> str:
    """Write a path as seen from the current folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
