"""`schema-dsl generate`."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from schema_dsl.cli.console import count, echo_message, quiet_option
from schema_dsl.errors import display_path

if TYPE_CHECKING:
    from schema_dsl.pipeline import GenerationResult, Project

# So many changes with one hazard are worth the option that allows them all.
_MANY: Final = 3


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Check the option --date. `date.fromisoformat` alone accepts further forms."""
    if value is None:
        return None
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        is_date = False
    else:
        is_date = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None
    if not is_date:
        raise click.BadParameter(f"{value!r} is not a date such as 2025-11-21.")
    return value


@click.command(short_help="Write the next migration.")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing. Exit with 1 if a migration is due, an object is left behind, or the newest migration was"
    " edited by hand.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Migrations folder to use instead of the one in the settings.",
)
@click.option("--stdout", is_flag=True, help="Print the migration instead of writing it.")
@click.option(
    "--name",
    help="Name of the migration. Default: for the first one, the name of the definitions file; later, the changes.",
)
@click.option("--date", callback=_date, help="Date in the header, as YYYY-MM-DD. Default: today.")
@click.option("--amend", is_flag=True, help="Regenerate the newest migration instead of adding one.")
@click.option("--drop", is_flag=True, help="Also drop objects that are no longer in the definitions.")
@click.option(
    "--allow",
    multiple=True,
    metavar="HAZARD[:OBJECT]",
    help="Allow a hazard, as a note or refusal prints it, for example data-loss:public.notes.title. Repeatable.",
)
@click.option("--rollback", is_flag=True, help="Also write the script that reverts the newest migration.")
@click.option(
    "--force", is_flag=True, help="With --amend or --rollback: overwrite a file that was edited by hand."
)
@quiet_option
def command(
    *,
    check: bool,
    output: Path | None,
    stdout: bool,
    name: str | None,
    date: str | None,
    amend: bool,
    drop: bool,
    allow: tuple[str, ...],
    rollback: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write the next migration, if the definitions differ from the result of the migrations.

    The first migration needs no server. For later ones, the earlier migrations are replayed on a scratch
    Postgres server. The SQL is linted before it is written, and a lint error stops the command.
    """
    from schema_dsl import pipeline  # noqa: PLC0415 - keeps --help light

    project = pipeline.open_project()
    write = not (check or stdout)
    generated = pipeline.generate(
        project,
        name=name,
        date=date,
        output=output,
        amend=amend,
        force=force,
        drop=drop,
        allow=allow,
        write=write,
    )
    for undeclared in generated.omitted:
        echo_message(
            f"note: {undeclared} is not in the definitions, and the migrations create it. Drop it with --drop"
        )
    for note in generated.notes:
        echo_message(f"note: {note}")
    _report_guards(generated)
    # With both --stdout and --rollback, only the rollback is printed.
    failed = _report_migration(
        generated, project, check=check, stdout=stdout and not rollback, quiet=quiet or (stdout and rollback)
    )
    unused = generated.unused
    if rollback and not failed:
        back = pipeline.rollback(project, generated, output=output, force=force, allow=allow, write=write)
        for irreversible in back.omitted:
            echo_message(f"note: the rollback cannot restore {irreversible}")
        unused = tuple(text for text in unused if text in back.unused)
        failed = _report_rollback(back, check=check, stdout=stdout, quiet=quiet)
    for text in unused:
        echo_message(f"note: --allow {shlex.quote(text)} allows nothing: there is no such hazard")
    click.get_current_context().exit(1 if failed else 0)


def _report_guards(generated: GenerationResult) -> None:
    """Print the possible losses of the migration, each with the option that allows it."""
    for hazard in generated.hazards:
        if hazard.guarded:
            echo_message(
                f"note: the migration stops, with the number of rows, if it would lose {hazard.effect}. To leave the"
                f" guard out: --allow {shlex.quote(str(hazard.allowance))}"
            )


def _report_refusal(generated: GenerationResult) -> None:
    """Print how the file would weaken access, with the options that allow it."""
    refused = [hazard for hazard in generated.hazards if not hazard.guarded]
    for hazard in refused:
        where = "" if hazard.origin is None else f"{hazard.origin}: "
        echo_message(
            f"{where}{hazard.allowance.target}: {hazard.effect}. To allow this:"
            f" --allow {shlex.quote(str(hazard.allowance))}"
        )
    changes = count(len(refused), "change that weakens", "changes that weaken")
    numbers = Counter(hazard.allowance.hazard for hazard in refused)
    common = "".join(
        f". --allow {hazard} allows {number} of them" for hazard, number in numbers.items() if number >= _MANY
    )
    click.echo(
        f"{display_path(_path_of(generated))} was not written because of {changes} the access to existing objects"
        f"{common}",
        err=True,
    )


def _report_migration(
    generated: GenerationResult, project: Project, *, check: bool, stdout: bool, quiet: bool
) -> bool:
    """Print the result for the migration, and return whether the command fails."""
    if generated.last is None:
        # Without a migration, an empty difference means that there is nothing to create.
        folder = f"{display_path(project.settings.definitions)}/"
        up_to_date = (
            f"up to date: the baseline already produces {folder}"
            if project.settings.baseline
            else f"{folder} declares nothing"
        )
    else:
        up_to_date = (
            f"up to date: the migrations already produce the definitions (newest: {generated.last.name})"
        )
    if generated.omitted:
        what = count(len(generated.omitted), "object is", "objects are")
        up_to_date = (
            f"nothing to add: the migrations produce the definitions, and {what} left behind (see above)"
        )
    due = "the definitions differ from what the migrations produce: `schema-dsl generate` would write"
    return _report(generated, check=check, stdout=stdout, quiet=quiet, due=due, up_to_date=up_to_date)


def _report_rollback(generated: GenerationResult, *, check: bool, stdout: bool, quiet: bool) -> bool:
    """Print the result for the rollback, and return whether the command fails."""
    up_to_date = f"up to date: {display_path(_path_of(generated))} is the rollback of the newest migration"
    due = "the rollback is missing or outdated: `schema-dsl generate --rollback` would write"
    return _report(generated, check=check, stdout=stdout, quiet=quiet, due=due, up_to_date=up_to_date)


def _report_problems(generated: GenerationResult) -> bool:
    """Print the findings, and the reasons that prevent writing the file; return whether there is a reason."""
    if generated.findings:
        from schema_dsl.lint import FORMATS  # noqa: PLC0415 - keeps --help light

        click.echo(FORMATS["text"](generated.findings), err=True, nl=False)
    errors = sum(finding.level.value == "error" for finding in generated.findings)
    if errors:
        click.echo(
            f"{display_path(_path_of(generated))} was not written because of {count(errors, 'error')}. "
            "Lines of a migration are those of `schema-dsl generate --stdout`",
            err=True,
        )
    elif generated.is_refused:
        _report_refusal(generated)
    return bool(errors) or generated.is_refused


def _report(
    generated: GenerationResult, *, check: bool, stdout: bool, quiet: bool, due: str, up_to_date: str
) -> bool:
    if stdout and not generated.is_refused:
        click.echo(generated.text, nl=False)
    if _report_problems(generated):
        return True
    if stdout:
        return False
    if generated.written:
        for path in () if quiet else generated.texts:
            click.echo(f"wrote {display_path(path)}")
    elif check and generated.text:
        names = " and ".join(display_path(path) for path in generated.texts)
        click.echo(f"{due} {names}", err=True)
        return True
    elif generated.is_edited:
        click.echo(f"{display_path(_path_of(generated))} was edited by hand after it was generated", err=True)
        return check
    elif check and generated.omitted:
        click.echo(up_to_date, err=True)
        return True
    elif not quiet:
        click.echo(up_to_date)
    return False


def _path_of(generated: GenerationResult) -> Path:
    if generated.path is None:
        raise RuntimeError("a migration with text has a path")
    return generated.path
