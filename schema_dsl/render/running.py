"""Say in the header of a migration how to run the file, and set the timeouts that its statements need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from schema_dsl.plan.step import TIMEOUTS, Plan, Step, TransactionMode
from schema_dsl.render.environment import render_step
from schema_dsl.runner import Runner
from schema_dsl.sql import Sql

SettingValues: TypeAlias = Sequence[tuple[Sql, Sql]]
"""The settings of a migration, with their values as SQL."""

_REASONS: Final = {
    TIMEOUTS: "A timeout would leave an invalid index, and these statements do not block reads or writes.",
    (
        "statement_timeout",
    ): "The timeout is for one statement, and this one runs until the last batch is done.",
}


def format_run(file: str, plan: Plan, runner: Runner) -> list[str]:
    """Format the lines with the command that runs a file."""
    if any(step.mode is not TransactionMode.SHARED for step in plan.steps) and not runner.splits:
        how = "after an interrupted run. It runs statement by statement: Postgres refuses some in a transaction."
    else:
        how = "after an interrupted run. It can run inside one transaction or statement by statement."
    return [
        f"Run:  {runner.command.replace('FILE', file)}",
        "      Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also",
        f"      {how}",
    ]


def render_steps(steps: Iterable[Step], settings: SettingValues, *, sets_timeouts: bool) -> Iterator[Sql]:
    """Render steps. The timeouts that must not interrupt the steps are turned off before, and restored after them.

    Args:
        steps: The steps.
        settings: The settings of the migration.
        sets_timeouts: Whether the file may have statements besides those of the steps.
    """
    values = dict(settings)
    for untimed, group in groupby(steps, key=lambda step: step.untimed):
        texts = [render_step(step) for step in group]
        if untimed and sets_timeouts:
            names = [Sql(name) for name in untimed]
            yield Sql(
                "\n".join(
                    [
                        f"-- {_REASONS[untimed]}",
                        *(f"SET {name} = 0;" for name in names),
                        *texts,
                        *(
                            f"SET {name} = {values[name]};" if name in values else f"RESET {name};"
                            for name in names
                        ),
                    ]
                )
            )
        else:
            yield from texts
