"""`schema-dsl init`."""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import click

from schema_dsl.cli.console import PLATFORMS, quiet_option

_EXAMPLE: Final = {"definitions/notes.py": "notes.py.txt", "tests/test_notes.py": "test_notes.py.txt"}


@click.command(short_help="Write settings, an example table and a test into a project.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option(
    "--platform",
    type=click.Choice(PLATFORMS),
    help="Default: supabase if FOLDER has a supabase/config.toml or migrations that use the schema auth; else vanilla.",
)
@click.option(
    "--no-example", is_flag=True, help="Write the settings only, without an example table and test."
)
@quiet_option
def command(*, folder: Path, platform: str | None, no_example: bool, quiet: bool) -> None:
    """Write settings into FOLDER, with an example table and a test for that table.

    In a project of the Supabase CLI, migrations keep their folder and their naming. Existing files are not
    changed; an existing pyproject.toml gains a [tool.schema-dsl] table.
    """
    from schema_dsl.cli.found_migrations import FoundMigrations  # noqa: PLC0415 - keeps --help light
    from schema_dsl.migrations import write_atomically  # noqa: PLC0415 - keeps --help light

    starter = files("schema_dsl.cli") / "starter"
    supabase_cli = (folder / "supabase" / "config.toml").is_file()
    found = FoundMigrations.find(folder, supabase_cli=supabase_cli)
    platform = platform or ("supabase" if supabase_cli else found.platform)
    settings = {"platform": platform, "migrations": found.name}
    if supabase_cli:
        settings["naming"] = "supabase"
    messages = [_write_settings(folder, starter, {**settings, **found.derive_settings(platform)})]
    for name, source in ({} if no_example else _EXAMPLE).items():
        path = folder / name
        if path.exists():
            messages.append(f"kept  {path}")
            continue
        write_atomically(path, (starter / platform / source).read_text("utf-8"))
        messages.append(f"wrote {path}")
    if quiet:
        return
    click.echo("\n".join(messages))
    if no_example and not (folder / "definitions").exists():
        click.echo(
            "\nNext: test the migrations that you have with the fixtures of pytest, or declare tables in definitions/"
        )
    else:
        click.echo("\nNext: schema-dsl generate && schema-dsl verify")
    if not no_example:
        click.echo(f"To start without the example table, delete {' and '.join(_EXAMPLE)}.")


def _write_settings(folder: Path, starter: Traversable, settings: dict[str, str]) -> str:
    """Add settings to pyproject.toml, unless it has some, and return a message."""
    from schema_dsl.migrations import write_atomically  # noqa: PLC0415 - keeps --help light
    from schema_dsl.settings import has_settings  # noqa: PLC0415

    pyproject = folder / "pyproject.toml"
    if has_settings(pyproject):
        return f"kept  {pyproject}: it has a [tool.schema-dsl] table"
    text = (starter / "settings.toml").read_text("utf-8")
    for name, value in settings.items():
        text = re.sub(rf"^(?:# )?{name} = .*$", f'{name} = "{value}"', text, count=1, flags=re.MULTILINE)
    before = pyproject.read_text("utf-8").rstrip("\n") + "\n" if pyproject.is_file() else ""
    write_atomically(pyproject, (before + text).lstrip("\n"))
    return f"wrote {pyproject}: [tool.schema-dsl]"
