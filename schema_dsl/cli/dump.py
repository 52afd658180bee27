"""`schema-dsl dump`."""

from __future__ import annotations

from pathlib import Path

import click

from schema_dsl.cli.console import platform_option, quiet_option, report_omissions, schema_option


@click.command(short_help="Write the schema of a database as SQL.")
@click.option("--from", "source", required=True, metavar="DSN", help="The database: a connection string.")
@schema_option
@platform_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write instead of standard output.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if the database has something that is not written.")
@quiet_option
def command(
    *,
    source: str,
    schemas: tuple[str, ...],
    platform: str | None,
    output: Path | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Write the schema of a database as SQL, which applies to an empty database.

    The command reads the catalog in one read-only snapshot and writes nothing to the database. The schemas of the
    platform are left out, except your policies and triggers on their tables. The SQL is in the order and the
    form of a migration. Objects that it does not create are named in its header and on standard error.
    """
    from schema_dsl.errors import display_path  # noqa: PLC0415 - keeps --help light
    from schema_dsl.migrations import write_atomically  # noqa: PLC0415
    from schema_dsl.pipeline.dumping import dump  # noqa: PLC0415
    from schema_dsl.pipeline.project import open_project  # noqa: PLC0415

    dumped = dump(open_project(platform=platform), source, schemas)
    if output is None:
        click.echo(dumped.sql, nl=False)
    else:
        write_atomically(output, dumped.sql)
        if not quiet:
            click.echo(f"wrote {display_path(output)}")
    report_omissions(dumped.omissions)
    click.get_current_context().exit(1 if strict and dumped.omissions else 0)
