"""A project: its settings, platform, definitions and migrations."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.definitions import load_definitions
from schema_dsl.errors import SettingsError
from schema_dsl.migrations import History, read_history
from schema_dsl.platforms import CallerSetting, Platform, platform
from schema_dsl.settings import Settings, load_settings

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog


@attrs.frozen(slots=False)
class Project:
    """A project, loaded lazily from its settings."""

    settings: Settings

    @cached_property
    def platform(self) -> Platform:
        """Return the platform of the project.

        Raises:
            SettingsError: If the setting `claims` does not say how policies know the caller.
        """
        chosen = platform(self.settings.platform)
        claims = self.settings.claims
        if not claims:
            return chosen
        caller = CallerSetting.parse(claims)
        if caller is None:
            raise SettingsError(
                f"[tool.schema-dsl] claims = {claims!r} does not say how policies know the caller",
                where=str(self.settings.root / "pyproject.toml"),
                instead='Write a parameter such as "app.tenant_id" or "app.claims ->> user_id", or "role".',
            )
        return attrs.evolve(chosen, caller=caller)

    @cached_property
    def wanted(self) -> Catalog:
        """Load the definitions.

        Raises:
            DefinitionError: If the definitions do not describe a valid schema.
        """
        return load_definitions(self.settings.definitions, self.platform)

    @cached_property
    def history(self) -> History:
        """List the migrations of the project."""
        return read_history(self.settings.migrations, self.settings.naming)

    @cached_property
    def baseline(self) -> str:
        """Read the SQL that replaces the migrations before the first generated migration.

        Raises:
            SettingsError: If the file cannot be read.
        """
        file = self.settings.baseline
        if file is None:
            return ""
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"baseline cannot be read: {error}", where=str(file)) from error


def open_project(start: Path | None = None, *, platform: str | None = None) -> Project:
    """Open the project that contains a folder.

    Args:
        start: The folder, by default the current folder.
        platform: Name of a platform that overrides the settings.

    Raises:
        SettingsError: If the settings are invalid.
    """
    settings = load_settings(start or Path.cwd())
    return Project(attrs.evolve(settings, platform=platform) if platform else settings)


def display_path(path: Path) -> str:
    """Format a path relative to the current folder, or in full if the path is outside that folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
