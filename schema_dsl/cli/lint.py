"""`schema-dsl lint`."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILES]...")
@click.option("--format", "style", default="text", help="text (default) or json.")
def command(*, paths: tuple[Path, ...], style: str) -> None:
    """Say what is wrong with SQL before a database sees it.

    Without FILES: the definitions, and the migrations folder. A folder is read as a history, in the order of
    its files; files named one by one are judged each on its own. `-` reads from standard input.
    """
    from schema_dsl.lint import FORMATS  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline import lint as run_lint  # noqa: PLC0415
    from schema_dsl.pipeline import open_project  # noqa: PLC0415

    if style not in FORMATS:
        raise click.BadParameter(f"{style!r} is none of {', '.join(FORMATS)}.", param_hint="--format")
    findings = run_lint(open_project(), paths, standard_input=sys.stdin.read)
    report = FORMATS[style](findings)
    click.echo(report, nl=False)
    if style == "text":
        errors = sum(finding.level.value == "error" for finding in findings)
        click.echo(
            f"{errors} errors, {len(findings) - errors} other findings" if findings else "no findings",
            err=True,
        )
    if any(finding.level.value == "error" for finding in findings):
        click.get_current_context().exit(1)
