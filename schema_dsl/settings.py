"""`[tool.schema-dsl]` of a project's pyproject.toml."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import attrs

from schema_dsl.errors import SettingsError

NAMINGS: Final = ("numbered", "supabase", "flyway")
PLATFORMS: Final = ("vanilla", "supabase")


@attrs.frozen(kw_only=True)
class Settings:
    """Where a project keeps its things, and how it wants its migrations.

    Paths are absolute; `root` is the folder that holds pyproject.toml, or the current one without it.
    Timeouts are Postgres intervals ("5s"), as `SET lock_timeout` takes them; an empty one sets none.
    """

    root: Path
    platform: str = "vanilla"
    definitions: Path
    migrations: Path
    baseline: Path | None = None
    first_number: int = 1
    naming: str = "numbered"
    lock_timeout: str = "5s"
    statement_timeout: str = "5min"
    postgres: str = "embedded"
    lint: dict[str, Any] = attrs.Factory(dict)


_KEYS: Final[dict[str, type]] = {
    "platform": str,
    "definitions": str,
    "migrations": str,
    "baseline": str,
    "first-number": int,
    "naming": str,
    "lock-timeout": str,
    "statement-timeout": str,
    "postgres": str,
    "lint": dict,
}


def load_settings(start: Path) -> Settings:
    """Read the settings of the project that `start` lies in.

    The nearest pyproject.toml at or above `start` that has a `[tool.schema-dsl]` table counts; without
    one the defaults apply, relative to `start`.

    Raises:
        SettingsError: On a file that is no TOML, an unknown key, or a value of the wrong type.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            table = _table(file)
            if table is not None:
                return _settings(folder, table, file)
    return _settings(start, {}, start / "pyproject.toml")


def has_settings(file: Path) -> bool:
    """Say whether a pyproject.toml has a table of ours.

    Raises:
        SettingsError: If it is there and cannot be read.
    """
    return file.is_file() and _table(file) is not None


def _table(file: Path) -> dict[str, Any] | None:
    try:
        tool = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not valid TOML: {error}", where=str(file)) from error
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(file)) from error
    table = tool.get("schema-dsl") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError("[tool.schema-dsl] is not a table", where=str(file))
    return table


def _settings(root: Path, table: dict[str, Any], file: Path) -> Settings:
    for key, value in table.items():
        wanted = _KEYS.get(key)
        if wanted is None:
            near = get_close_matches(key, _KEYS, n=1)
            instead = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(_KEYS)}."
            raise SettingsError(f"[tool.schema-dsl] has no key {key}", where=str(file), instead=instead)
        if type(value) is not wanted:
            kind = {str: "a string", int: "a whole number", dict: "a table"}[wanted]
            raise SettingsError(f"[tool.schema-dsl] {key} must be {kind}, not {value!r}", where=str(file))
    _one_of(table, "platform", PLATFORMS, file)
    _one_of(table, "naming", NAMINGS, file)
    if table.get("first-number", 1) < 0:
        raise SettingsError("[tool.schema-dsl] first-number must not be negative", where=str(file))
    values: dict[str, Any] = {key.replace("-", "_"): value for key, value in table.items()}
    values["definitions"] = root / table.get("definitions", "definitions")
    values["migrations"] = root / table.get("migrations", "generated")
    if "baseline" in table:
        values["baseline"] = root / table["baseline"]
    return Settings(root=root, **values)


def _one_of(table: dict[str, Any], key: str, known: tuple[str, ...], file: Path) -> None:
    if table.get(key, known[0]) not in known:
        raise SettingsError(
            f"[tool.schema-dsl] {key} = {table[key]!r} is not known",
            where=str(file),
            instead=f"Known: {', '.join(known)}.",
        )
