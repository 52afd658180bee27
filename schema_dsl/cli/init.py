"""`schema-dsl init`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

_FILES = {"definitions/notes.py": "notes.py.txt", "tests/test_notes.py": "test_notes.py.txt"}


@click.command(short_help="Write a starting point into a project.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--platform", type=click.Choice(["supabase", "vanilla"]), default="supabase", show_default=True)
def command(*, folder: Path, platform: str) -> None:
    """Write a starting point into FOLDER: settings, one table with its policies and access, a test.

    Files that are there are left as they are.
    """
    from schema_dsl.migrations import write_atomically  # noqa: PLC0415 - keeps --help light
    from schema_dsl.settings import has_settings  # noqa: PLC0415

    starter = files("schema_dsl.cli") / "starter"
    pyproject = folder / "pyproject.toml"
    if has_settings(pyproject):
        click.echo(f"kept  {pyproject}: it has a [tool.schema-dsl]")
    else:
        before = pyproject.read_text("utf-8").rstrip("\n") + "\n" if pyproject.is_file() else ""
        table = (starter / "settings.toml").read_text("utf-8").replace("@PLATFORM@", platform)
        write_atomically(pyproject, (before + table).lstrip("\n"))
        click.echo(f"wrote {pyproject}: [tool.schema-dsl]")
    for name, source in _FILES.items():
        path = folder / name
        if path.exists():
            click.echo(f"kept  {path}")
            continue
        write_atomically(path, (starter / platform / source).read_text("utf-8"))
        click.echo(f"wrote {path}")
    click.echo("\nNext: schema-dsl generate && schema-dsl verify")
