"""The settings of a project: `[tool.schema-dsl]` in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import attrs

from schema_dsl.errors import SettingsError, suggest_similar
from schema_dsl.runner import RUNNERS, Runner, choose_runner

NAMINGS: Final = ("numbered", "supabase", "flyway")
PLATFORMS: Final = ("vanilla", "supabase")
LEVELS: Final = ("error", "warning", "info")


@attrs.frozen(kw_only=True)
class LintSettings:
    """`[tool.schema-dsl.lint]`, with unvalidated names of rules and groups; the linter validates the names.

    Attributes:
        select: Rules and groups to check.
        ignore: Rules and groups not to check.
        per_file_ignores: File name pattern to rules and groups not to check in matching files.
        levels: Rule to level.
        baseline: Absolute path of the file with the known findings.
        where: Path of the settings file.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = attrs.Factory(dict)
    levels: dict[str, str] = attrs.Factory(dict)
    baseline: Path | None = None
    where: str | None = None


class ServerName(str):
    """The text that names a server. The repr of a connection string is hidden, as it may contain a password."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text in quotes, unless it may be a connection string."""
        return "'***'" if "=" in self or "://" in self else super().__repr__()


@attrs.frozen(kw_only=True)
class Settings:
    """`[tool.schema-dsl]`, with absolute paths.

    Attributes:
        root: Folder of pyproject.toml, or the start folder if no settings exist.
        platform: Name of the platform.
        definitions: Folder of the definitions.
        migrations: Folder of the migrations.
        baseline: SQL file, or folder of SQL files, for the migrations with numbers below `first_number`, which are
            then not replayed.
        first_number: Minimum number of a new migration; None if the settings do not say.
        naming: Naming scheme of new migration files; files of all layouts are read.
        runner: The tool that runs the files: "psql", "psql-single-transaction" (`psql -1`), "supabase" (the Supabase
            CLI), "flyway" or "dbmate"; by default the one to which the naming scheme belongs.
        lock_timeout: Value for `SET lock_timeout`, such as "5s"; no timeout if empty.
        statement_timeout: Value for `SET statement_timeout`; no timeout if empty.
        postgres: Server for verification, such as "embedded" or "container".
        managed: Schemas in which every object has to be declared, also those of hand-written migrations.
        claims: How policies know the caller: a configuration parameter such as "app.tenant_id", with `->> key` if it
            holds a JSON object, or "role" for the database role; by default as the platform says.
        default_privileges: The privileges of client roles on new objects, for lint and the tests of pytest: on Supabase
            "new" for projects since October 2026 (nothing), or "old" for projects before (everything). `verify` tries
            both.
        lint: Settings of the linter.
    """

    root: Path
    platform: str = "vanilla"
    definitions: Path
    migrations: Path
    baseline: Path | None = None
    first_number: int | None = None
    naming: str = "numbered"
    runner: str = ""
    lock_timeout: str = "5s"
    statement_timeout: str = "5min"
    postgres: str = attrs.field(default="embedded", converter=ServerName)
    managed: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    claims: str = ""
    default_privileges: str = ""
    lint: LintSettings = LintSettings()

    @property
    def how_run(self) -> Runner:
        """The runner, by its own setting or by the naming scheme."""
        return RUNNERS[self.runner or choose_runner(self.naming)]


SETTING_TYPES: Final[dict[str, type]] = {
    "platform": str,
    "definitions": str,
    "migrations": str,
    "baseline": str,
    "first-number": int,
    "naming": str,
    "runner": str,
    "lock-timeout": str,
    "statement-timeout": str,
    "postgres": str,
    "managed": list,
    "claims": str,
    "default-privileges": str,
    "lint": dict,
}
_SUPABASE_CLI_SETTINGS: Final = {
    "platform": "supabase",
    "migrations": "supabase/migrations",
    "naming": "supabase",
}
LINT_SETTING_TYPES: Final[dict[str, type]] = {
    "select": list,
    "ignore": list,
    "per-file-ignores": dict,
    "levels": dict,
    "baseline": str,
}
TYPE_DESCRIPTIONS: Final = {
    str: "a string",
    int: "a whole number",
    dict: "a table",
    list: "a list of strings",
}


def load_settings(start: Path) -> Settings:
    """Read the settings of the project that contains `start`.

    The nearest pyproject.toml in `start` or a parent folder with a `[tool.schema-dsl]` table has precedence.
    Without such a file, `supabase/config.toml` of the Supabase CLI selects the platform, folder and naming of
    that CLI. Without either file, the defaults apply, relative to `start`.

    Raises:
        SettingsError: If a file is not valid TOML, or has an unknown key or an invalid value.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            table = _read_table(file)
            if table is not None:
                return _build_settings(folder, table, file)
    for folder in (start, *start.parents):
        file = folder / "supabase" / "config.toml"
        if file.is_file():
            return _build_settings(folder, _SUPABASE_CLI_SETTINGS, file)
    return _build_settings(start, {}, start / "pyproject.toml")


def has_settings(file: Path) -> bool:
    """Return whether a pyproject.toml exists and has a `[tool.schema-dsl]` table.

    Raises:
        SettingsError: If the file exists, but cannot be read.
    """
    return file.is_file() and _read_table(file) is not None


def _read_table(file: Path) -> dict[str, Any] | None:
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


def _build_settings(root: Path, table: dict[str, Any], file: Path) -> Settings:
    _validate_keys(table, SETTING_TYPES, "[tool.schema-dsl]", file)
    _validate_choice(table, "platform", PLATFORMS, file)
    _validate_choice(table, "naming", NAMINGS, file)
    _validate_choice(table, "runner", tuple(RUNNERS), file)
    if table.get("first-number", 1) < 0:
        raise SettingsError("[tool.schema-dsl] first-number must not be negative", where=str(file))
    _validate_runner(table, file)
    values: dict[str, Any] = {key.replace("-", "_"): value for key, value in table.items()}
    values.setdefault("naming", RUNNERS[table.get("runner", "psql")].namings[0])
    values["definitions"] = root / table.get("definitions", "definitions")
    values["migrations"] = root / table.get("migrations", "generated")
    if "baseline" in table:
        values["baseline"] = root / table["baseline"]
    if "lint" in table:
        values["lint"] = _build_lint_settings(root, table["lint"], file)
    return Settings(root=root, **values)


def _validate_runner(table: dict[str, Any], file: Path) -> None:
    """Raise SettingsError if the runner does not find files of the naming scheme."""
    if "runner" not in table or "naming" not in table:
        return
    namings = RUNNERS[table["runner"]].namings
    if table["naming"] not in namings:
        raise SettingsError(
            f"[tool.schema-dsl] runner = {table['runner']!r} does not run files with the naming {table['naming']!r}",
            where=str(file),
            instead=f"Leave naming out, or set it to {namings[0]!r}.",
        )


def _build_lint_settings(root: Path, table: dict[str, Any], file: Path) -> LintSettings:
    where = "[tool.schema-dsl.lint]"
    _validate_keys(table, LINT_SETTING_TYPES, where, file)
    per_file = table.get("per-file-ignores", {})
    levels = table.get("levels", {})
    _validate_keys(per_file, dict.fromkeys(per_file, list), f"{where} per-file-ignores", file)
    _validate_keys(levels, dict.fromkeys(levels, str), f"{where} levels", file)
    for name in levels:
        _validate_choice(levels, name, LEVELS, file, f"{where} levels")
    return LintSettings(
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        per_file_ignores={pattern: tuple(names) for pattern, names in per_file.items()},
        levels=levels,
        baseline=root / table["baseline"] if "baseline" in table else None,
        where=str(file),
    )


def _validate_keys(table: dict[str, Any], keys: dict[str, type], name: str, file: Path) -> None:
    """Raise SettingsError if a table has an unknown key, or a value of the wrong type."""
    for key, value in table.items():
        value_type = keys.get(key)
        if value_type is None:
            instead = suggest_similar(key, keys, f"Known keys: {', '.join(keys)}.")
            raise SettingsError(f"{name} has no key {key}", where=str(file), instead=instead)
        items = value if isinstance(value, list) else ()
        if type(value) is not value_type or not all(isinstance(item, str) for item in items):
            description = TYPE_DESCRIPTIONS[value_type]
            raise SettingsError(f"{name} {key} must be {description}, not {value!r}", where=str(file))


def _validate_choice(
    table: dict[str, Any], key: str, choices: tuple[str, ...], file: Path, name: str = "[tool.schema-dsl]"
) -> None:
    if table.get(key, choices[0]) not in choices:
        raise SettingsError(
            f"{name} {key} = {table[key]!r} is not a valid value",
            where=str(file),
            instead=f"Valid values: {', '.join(choices)}.",
        )
