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
LEVELS: Final = ("error", "warning", "info")


@attrs.frozen(kw_only=True)
class LintSettings:
    """`[tool.schema-dsl.lint]`: names of rules and groups, as they stand there; lint knows which there are.

    `baseline` is an absolute path; `where` is the file that says all this.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = attrs.Factory(dict)
    levels: dict[str, str] = attrs.Factory(dict)
    baseline: Path | None = None
    where: str | None = None


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
    lint: LintSettings = LintSettings()


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
_SUPABASE_CLI: Final = {"platform": "supabase", "migrations": "supabase/migrations", "naming": "supabase"}
_LINT_KEYS: Final[dict[str, type]] = {
    "select": list,
    "ignore": list,
    "per-file-ignores": dict,
    "levels": dict,
    "baseline": str,
}
_KINDS: Final = {
    str: "a string",
    int: "a whole number",
    dict: "a table",
    list: "a list of strings",
}


def load_settings(start: Path) -> Settings:
    """Read the settings of the project that `start` lies in.

    The nearest pyproject.toml at or above `start` that has a `[tool.schema-dsl]` table counts. Without one, a
    project of the Supabase CLI (`supabase/config.toml`) is on that platform, with migrations where that CLI
    has them; else the defaults apply, relative to `start`.

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
    for folder in (start, *start.parents):
        file = folder / "supabase" / "config.toml"
        if file.is_file():
            return _settings(folder, _SUPABASE_CLI, file)
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
    _check(table, _KEYS, "[tool.schema-dsl]", file)
    _one_of(table, "platform", PLATFORMS, file)
    _one_of(table, "naming", NAMINGS, file)
    if table.get("first-number", 1) < 0:
        raise SettingsError("[tool.schema-dsl] first-number must not be negative", where=str(file))
    values: dict[str, Any] = {key.replace("-", "_"): value for key, value in table.items()}
    values["definitions"] = root / table.get("definitions", "definitions")
    values["migrations"] = root / table.get("migrations", "generated")
    if "baseline" in table:
        values["baseline"] = root / table["baseline"]
    if "lint" in table:
        values["lint"] = _lint(root, table["lint"], file)
    return Settings(root=root, **values)


def _lint(root: Path, table: dict[str, Any], file: Path) -> LintSettings:
    where = "[tool.schema-dsl.lint]"
    _check(table, _LINT_KEYS, where, file)
    per_file = table.get("per-file-ignores", {})
    levels = table.get("levels", {})
    _check(per_file, dict.fromkeys(per_file, list), f"{where} per-file-ignores", file)
    _check(levels, dict.fromkeys(levels, str), f"{where} levels", file)
    for name in levels:
        _one_of(levels, name, LEVELS, file, f"{where} levels")
    return LintSettings(
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        per_file_ignores={pattern: tuple(names) for pattern, names in per_file.items()},
        levels=levels,
        baseline=root / table["baseline"] if "baseline" in table else None,
        where=str(file),
    )


def _check(table: dict[str, Any], keys: dict[str, type], name: str, file: Path) -> None:
    """Hold that a table has only keys that there are, each with a value of its type."""
    for key, value in table.items():
        wanted = keys.get(key)
        if wanted is None:
            near = get_close_matches(key, keys, n=1)
            instead = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(keys)}."
            raise SettingsError(f"{name} has no key {key}", where=str(file), instead=instead)
        listed = value if isinstance(value, list) else ()
        if type(value) is not wanted or not all(isinstance(each, str) for each in listed):
            raise SettingsError(f"{name} {key} must be {_KINDS[wanted]}, not {value!r}", where=str(file))


def _one_of(
    table: dict[str, Any], key: str, known: tuple[str, ...], file: Path, name: str = "[tool.schema-dsl]"
) -> None:
    if table.get(key, known[0]) not in known:
        raise SettingsError(
            f"{name} {key} = {table[key]!r} is not known",
            where=str(file),
            instead=f"Known: {', '.join(known)}.",
        )
