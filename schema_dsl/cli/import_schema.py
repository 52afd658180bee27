"""`schema-dsl import`."""

from __future__ import annotations

from pathlib import Path

import click

from schema_dsl.cli.console import platform_option, quiet_option, report_omissions, schema_option


@click.command(short_help="Write definitions from a database or a migrations folder.")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="DSN|FOLDER",
    help="A connection string, or a folder of migrations, which is replayed.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to. Default: the definitions folder of the settings.",
)
@schema_option
@platform_option
@click.option("--postgres", "spec", help="Scratch server to use instead of the one in the settings.")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 if the definitions do not say everything that was read."
)
@quiet_option
def command(
    *,
    source: str,
    output: Path | None,
    schemas: tuple[str, ...],
    platform: str | None,
    spec: str | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Write the definitions of a schema that exists, one module per subject.

    The written definitions are loaded and compared with the schema, on a scratch server. From a database, the command
    also writes the schema as baseline.sql and sets `baseline` and `first-number`; from a folder, the folder stays the
    history. `schema-dsl generate` then says that everything is up to date. Nothing is written to the database.
    """
    from schema_dsl.errors import display_path  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline.importing import import_schema, write_import  # noqa: PLC0415
    from schema_dsl.pipeline.project import open_project  # noqa: PLC0415

    project = open_project(platform=platform)
    imported = import_schema(project, source, schemas, spec)
    written = write_import(project, imported, output or project.settings.definitions)
    report_omissions(imported.notes)
    if not quiet:
        for path in written:
            click.echo(f"wrote {display_path(path)}")
        click.echo("\nNext: schema-dsl generate --check")
    click.get_current_context().exit(1 if strict and imported.notes else 0)
