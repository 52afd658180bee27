"""The section of a migration that fails if the migration would delete data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schema_dsl.plan.rename import GUARDS
from schema_dsl.plan.step import Loss, Plan, Step
from schema_dsl.render.environment import render_template
from schema_dsl.sql import Sql

ALLOW_DATA_LOSS: Final = "schema_dsl.allow_data_loss"
"""The setting that allows a migration to delete data when it is on."""

ALLOW_DATA_LOSS_OPTION: Final = f'PGOPTIONS="-c {ALLOW_DATA_LOSS}=on"'
"""The environment variable that turns the setting on for psql."""


def list_losses(steps: Iterable[Step]) -> tuple[Loss, ...]:
    """List the data that steps delete or change, in their order."""
    return tuple(loss for step in steps for loss in step.list_losses())


def list_losses_to_check_first(plan: Plan) -> tuple[Loss, ...]:
    """List the losses for which a check has to precede the steps.

    The guard in the first step already stops the migration before it changes anything. A block that renames
    relations checks them itself, because they have other names before.
    """
    guarded = {loss for step in plan.steps for loss in step.values.get(GUARDS, ())}
    return tuple(
        loss
        for number, step in enumerate(plan.steps)
        for loss in step.list_losses()
        if (number > 0 or loss.only_before) and not loss.only_within and loss not in guarded
    )


def render_data_loss_check(losses: Sequence[Loss]) -> Sql:
    """Render the statement that fails, before anything is dropped, if any of the data exists."""
    tries = any(loss.tries_values for loss in losses)
    return Sql(render_template("_losses", {"losses": losses, "tries": tries}).strip("\n"))


def format_drops_heading(losses: Sequence[Loss]) -> list[str]:
    """Format the comment above the statement that drops objects with data."""
    return [
        "This statement permanently deletes:",
        *(f"  {loss.description}" for loss in losses),
        "It fails and drops nothing if a table has rows, or a column has values other than NULL and its default.",
        f"Set {ALLOW_DATA_LOSS} to on to skip the checks and lose the data.",
    ]


def format_data_loss_heading(losses: Sequence[Loss]) -> list[str]:
    """Format the comment above that statement, which lists the data."""
    dropped = [loss for loss in losses if loss.values is None and loss.permitted]
    changed = [loss for loss in losses if loss not in dropped]
    lines = ["Data-loss check."]
    if dropped:
        lines[0] += " The statements below would permanently delete:"
        lines += [f"  {loss.description}" for loss in dropped]
        lines.append(
            "The check fails if a table has rows, or a column has values other than NULL and its default."
        )
    if changed:
        lines[-1 if not dropped else len(lines) :] = [
            f"{'' if dropped else 'Data-loss check. '}The statements below would change the following, or fail at it:"
        ]
        lines += [f"  {loss.description}" for loss in changed]
        lines.append("The check fails if there are such rows.")
    lines.append("With ON_ERROR_STOP=1 or in one transaction, nothing is changed then.")
    if any(loss.permitted for loss in losses):
        lines.append(f"Set {ALLOW_DATA_LOSS} to on to skip the check and lose the data.")
    return lines
