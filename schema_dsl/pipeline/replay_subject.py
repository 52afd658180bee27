"""The subject of the fixtures of pytest: all migrations of the folder, with or without definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema_dsl.errors import MigrationError, SettingsError, display_path
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.pipeline.project import Project

if TYPE_CHECKING:
    from schema_dsl.verify import Subject


def build_replay_subject(project: Project) -> Subject:
    """Build a subject whose state "before" is the state after every migration of the project.

    Raises:
        MigrationError: If there is no migration.
    """
    from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy

    migrations = project.replayed(project.history)
    if not migrations:
        folder = display_path(project.settings.migrations)
        what = "has no migrations" if project.settings.migrations.is_dir() else "does not exist"
        raise MigrationError(
            f"{folder}/ {what}, so there is nothing to test",
            instead="Set `migrations` in [tool.schema-dsl] of pyproject.toml to the folder of your migrations.",
        )
    return Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=migrations,
        file="",
        script="",
        wanted=load_declared(project),
    )


def load_declared(project: Project) -> Catalog:
    """Load the definitions; without any, return the objects of the platform.

    Raises:
        DefinitionError: If the definitions do not describe a valid schema.
    """
    folder = project.settings.definitions
    if any(folder.rglob("*.py")) or any(folder.rglob("*.sql")):
        return project.wanted
    platform = project.platform
    return build_catalog(
        [], platform_tables=platform.tables, functions=platform.functions, roles=platform.roles
    )


def choose_default_privileges(project: Project, name: str | None = None) -> str:
    """Return the set of default privileges for the fixtures: `name`, that of the settings, or the platform's first.

    Raises:
        SettingsError: If the platform has no such set.
    """
    sets = project.platform.default_privileges
    chosen = name or project.settings.default_privileges
    if chosen and chosen not in sets:
        known = (
            f"Valid values: {', '.join(sets)}."
            if sets
            else f"Leave it out: {project.platform.name} has one set."
        )
        raise SettingsError(
            f"{chosen!r} is no set of default privileges of the platform {project.platform.name}",
            where="--default-privileges" if name else str(project.settings.root / "pyproject.toml"),
            instead=known,
        )
    return chosen or next(iter(sets), "")
