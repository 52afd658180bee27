"""`schema-dsl generate`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from schema_dsl.pipeline import Generated


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise click.BadParameter(f"{value!r} is not a date such as 2025-11-21.")
    return value


@click.command
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if a migration is due or the newest was edited."
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to continue, instead of the settings'.",
)
@click.option("--stdout", is_flag=True, help="Print the migration instead of writing it.")
@click.option("--name", help="Name of the migration; by default that of the definitions file.")
@click.option("--date", callback=_date, help="Date in the header; by default today's.")
@click.option("--amend", is_flag=True, help="Make the newest migration anew, as long as it is unreleased.")
@click.option("--drop", is_flag=True, help="Also drop what is there and no longer declared.")
@click.option("--rollback", is_flag=True, help="Also write what undoes the newest migration, beside it.")
@click.option("--force", is_flag=True, help="With --amend or --rollback: overwrite what was edited by hand.")
def command(
    *,
    check: bool,
    output: Path | None,
    stdout: bool,
    name: str | None,
    date: str | None,
    amend: bool,
    drop: bool,
    rollback: bool,
    force: bool,
) -> None:
    """Write the next migration, if one is due.

    The first one needs no server. Later ones are planned from what the earlier ones lead to, which are
    replayed on a scratch Postgres. The SQL is linted before it is written.
    """
    from schema_dsl import pipeline  # noqa: PLC0415 - keeps --help light

    project = pipeline.open_project()
    write = not (check or stdout)
    made = pipeline.generate(
        project,
        name=name,
        date=date,
        output=output,
        amend=amend,
        force=force,
        drop=drop,
        write=write,
    )
    for left in made.left:
        click.echo(f"note: {left} is there but no longer declared; --drop would drop it", err=True)
    # One of the two files is printed.
    failed = _told(made, check=check, stdout=stdout and not rollback, err=stdout)
    if rollback and not failed:
        back = pipeline.rollback(project, made, output=output, force=force, write=write)
        for left in back.left:
            click.echo(f"note: {left}, and the rollback does not bring that back", err=True)
        failed = _told(back, check=check, stdout=stdout, words=_ROLLBACK)
    click.get_current_context().exit(1 if failed else 0)


_MIGRATION: Final = ("a migration is due", "schema-dsl generate", "brings about what is declared")
_ROLLBACK: Final = ("a rollback is due", "schema-dsl generate --rollback", "undoes the migration")


def _told(
    made: Generated, *, check: bool, stdout: bool, err: bool = False, words: tuple[str, str, str] = _MIGRATION
) -> bool:
    """Say what became of a file; give whether that is a failure."""
    from schema_dsl.pipeline import shown  # noqa: PLC0415 - keeps --help light

    due, command_line, fine = words
    if made.findings:
        from schema_dsl.lint import FORMATS  # noqa: PLC0415 - keeps --help light

        click.echo(FORMATS["text"](made.findings), err=True, nl=False)
    if any(finding.level.value == "error" for finding in made.findings):
        click.echo(
            f"nothing was written: {len(made.findings)} findings in what would be {made.path}", err=True
        )
        return True
    path = shown(made.path) if made.path else "no migration"
    if stdout:
        click.echo(made.text, nl=False)
    elif made.written:
        click.echo(f"wrote {path}")
    elif check and made.text:
        click.echo(f"{due}: {path} (run `{command_line}`)", err=True)
        return True
    elif made.edited:
        click.echo(f"{path} was edited by hand since it was generated", err=True)
        return check
    else:
        click.echo(f"nothing to do: {path} {fine}", err=err)
    return False
