"""`schema-dsl verify`."""

from __future__ import annotations

import gc
from typing import Literal

import click

from schema_dsl.cli.console import progress, quiet_option


@click.command(short_help="Prove on a real Postgres that the migration does what is declared.")
@click.option(
    "--postgres",
    "specs",
    multiple=True,
    help="Server to use: embedded, container, a folder of server binaries, or a DSN. Repeatable.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@click.option("--only", multiple=True, metavar="PROOF", help="Run only this proof. Repeatable.")
@click.option(
    "--mutants",
    type=click.Choice(["first", "every"]),
    is_flag=False,
    flag_value="first",
    help="Also damage the migration in many small ways, and check that a proof fails for each. "
    "With `every`, run every proof for each mutant instead of stopping at the first that fails.",
)
@click.option(
    "--strict", is_flag=True, help="Exit with 1 also if a proof is unproven: if it did not try everything."
)
@click.option(
    "--all",
    "tries_all",
    is_flag=True,
    help="Also try every table that the migration leaves as it was, of which the proofs constraints, triggers and "
    "access otherwise try a sample of 10.",
)
@click.option(
    "--seed",
    type=int,
    help="Seed that selects the trials where a proof cannot make all of them. The report names it.",
)
@quiet_option
def command(
    *,
    specs: tuple[str, ...],
    style: str,
    only: tuple[str, ...],
    mutants: Literal["first", "every"] | None,
    strict: bool,
    tries_all: bool,
    seed: int | None,
    quiet: bool,
) -> None:
    """Prove on a real Postgres that the migration does what is declared.

    The command tests the newest migration in the migrations folder. Each proof runs in scratch databases,
    which are dropped afterwards. A proof is proven if it tried everything that it is about and all of it held,
    failed if the database differs from the declaration, and unproven if it did not try something, which the
    report names. The command exits with 1 if a proof failed.
    """
    from schema_dsl.cli.verify_report import FORMATS  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline import open_project, verify  # noqa: PLC0415

    project = open_project()
    # Trials of many statements leave garbage in cycles.
    gc.enable()
    with progress(quiet=quiet) as report_progress:
        report = verify(
            project,
            specs,
            only=only,
            mutants=mutants,
            tries_all=tries_all,
            seed=seed,
            on_progress=report_progress,
        )
    if report.all_proven and quiet and style == "text":
        return
    FORMATS[style](report)
    if not (report.all_proven if strict else report.ok):
        click.get_current_context().exit(1)
