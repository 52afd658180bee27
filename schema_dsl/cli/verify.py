"""`schema-dsl verify`."""

from __future__ import annotations

from typing import Literal

import click

from schema_dsl.cli.console import progress


@click.command(short_help="Show on a real Postgres that the migration works.")
@click.option(
    "--postgres",
    "specs",
    multiple=True,
    help="embedded, container, a folder of server programs, or a DSN; may be given several times.",
)
@click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option(
    "--only", multiple=True, metavar="PROOF", help="Run only this proof; may be given several times."
)
@click.option(
    "--mutants",
    type=click.Choice(["first", "every"]),
    is_flag=False,
    flag_value="first",
    help="Then damage the migration in every small way, and see one of the proofs notice; or every one of them.",
)
def command(
    *, specs: tuple[str, ...], style: str, only: tuple[str, ...], mutants: Literal["first", "every"] | None
) -> None:
    """Show on a real Postgres that the migration does what was declared.

    Works on the newest migration in the migrations folder. Each proof runs in databases of its own, which are
    gone afterwards.
    """
    from schema_dsl.cli.verify_report import FORMATS  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline import open_project, verify  # noqa: PLC0415
    from schema_dsl.postgres import interruptible  # noqa: PLC0415

    project = open_project()
    with interruptible(), progress() as tell:
        report = verify(project, specs, only=only, mutants=mutants, tell=tell)
    FORMATS[style](report)
    if not report.ok:
        click.get_current_context().exit(1)
