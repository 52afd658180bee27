"""A project: its settings, platform, definitions and migrations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.definitions import load_definitions
from schema_dsl.errors import SettingsError
from schema_dsl.migrations import History, Migration, read_history
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
        settings = self.settings
        others = [path for path in (settings.baseline, settings.migrations) if path is not None]
        return load_definitions(settings.definitions, self.platform, others)

    @cached_property
    def history(self) -> History:
        """List the migrations of the project."""
        return read_history(self.settings.migrations, self.settings.naming)

    def replayed(self, history: History) -> tuple[Migration, ...]:
        """Return the migrations to replay after the baseline: the files of a baseline folder, then the history.

        Raises:
            SettingsError: If it is not certain which migrations the baseline replaces.
        """
        settings = self.settings
        if settings.baseline is None:
            return history.since(None)
        if settings.first_number is None:
            doubtful = list(takewhile(lambda migration: not migration.is_generated, history.migrations))
            if doubtful:
                others = f" and {len(doubtful) - 1} more" if len(doubtful) > 1 else ""
                raise SettingsError(
                    "[tool.schema-dsl] has a baseline and no first-number, so it is not certain whether the baseline"
                    f" stands for {doubtful[0].label}{others}",
                    where=str(settings.root / "pyproject.toml"),
                    instead="Set first-number to the number of the first migration that the baseline does not contain.",
                )
        folder = read_history(settings.baseline).migrations if settings.baseline.is_dir() else ()
        return (*folder, *history.since(settings.first_number))

    def fingerprint_history(self, migrations: Iterable[Migration]) -> str:
        """Return a checksum of the state before a migration: the baseline, and the migrations before it."""
        texts = [self.baseline, ",".join(self.settings.managed)]
        texts += [part for migration in migrations for part in (migration.label, migration.text)]
        return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:16]

    @cached_property
    def baseline(self) -> str:
        """Read the SQL for the migrations that are not replayed; "" for a folder, whose files are replayed.

        Raises:
            SettingsError: If the file cannot be read.
        """
        file = self.settings.baseline
        if file is None or file.is_dir():
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
