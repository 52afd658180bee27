"""The tools that apply migrations, and how they run a file."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen(kw_only=True)
class Runner:
    """A tool that runs the files of the migrations folder.

    Attributes:
        name: The name in the settings.
        command: The command that runs a file, with FILE for the name of the file.
        namings: The naming schemes of the files that the tool finds, the usual one first.
        runs_alone: Whether a statement can run outside of a transaction block.
        splits: Whether a switch of the tool covers a whole file, so that a migration may be several files.
        single: Whether a file without a transaction has one statement only: the tool sends a file as one message.
        up: The line above the statements of a file.
        up_alone: The line above the statements of a file without a transaction.
        down: The line below the statements of a file.
        configuration: The contents of the file NAME.conf beside a file without a transaction; "" for no such file.
    """

    name: str
    command: str
    namings: tuple[str, ...]
    runs_alone: bool = True
    splits: bool = True
    single: bool = False
    up: str = ""
    up_alone: str = ""
    down: str = ""
    configuration: str = ""

    @property
    def is_psql(self) -> bool:
        """Return whether the tool is psql, which runs any file."""
        return self.command.startswith("psql ")


_ALL_NAMINGS: Final = ("numbered", "supabase", "flyway")

RUNNERS: Final = {
    runner.name: runner
    for runner in (
        Runner(
            name="psql",
            command='psql -v ON_ERROR_STOP=1 -f FILE "$DATABASE_URL"',
            namings=_ALL_NAMINGS,
            splits=False,
        ),
        Runner(
            name="psql-single-transaction",
            command='psql -1 -v ON_ERROR_STOP=1 -f FILE "$DATABASE_URL"',
            namings=_ALL_NAMINGS,
            runs_alone=False,
        ),
        # The CLI sends the statements of a file as a pipeline, which is one transaction after the first statement.
        Runner(name="supabase", command="supabase db push", namings=("supabase",), single=True),
        Runner(
            name="flyway",
            command="flyway migrate",
            namings=("flyway",),
            configuration="executeInTransaction=false\n",
        ),
        Runner(
            name="dbmate",
            command="dbmate up",
            namings=("supabase",),
            single=True,
            up="migrate:up",
            up_alone="migrate:up transaction:false",
            down="migrate:down",
        ),
    )
}


def choose_rollback_runner(runner: Runner) -> Runner:
    """Return the tool that runs the rollbacks of a project: psql, as the project uses it."""
    return runner if runner.is_psql else RUNNERS["psql"]


def choose_runner(naming: str) -> str:
    """Return the name of the runner to which a naming scheme belongs."""
    return "psql" if naming == "numbered" else naming
