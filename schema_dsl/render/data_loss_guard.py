"""The section of a migration that fails if the migration would delete data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schema_dsl.plan.step import Loss, Plan
from schema_dsl.render.environment import render_template
from schema_dsl.sql import Sql

ALLOW_DATA_LOSS: Final = "schema_dsl.allow_data_loss"
"""The setting that allows a migration to delete data when it is on."""

ALLOW_DATA_LOSS_OPTION: Final = f'PGOPTIONS="-c {ALLOW_DATA_LOSS}=on"'
"""The environment variable that turns the setting on for psql."""


def list_losses(plan: Plan) -> tuple[Loss, ...]:
    """List the data that a plan deletes, in the order of its steps."""
    return tuple(part.loss for step in plan.steps for part in (step, *step.parts) if part.loss is not None)


def render_data_loss_check(losses: Sequence[Loss]) -> Sql:
    """Render the statement that fails, before anything is dropped, if any of the data exists."""
    return Sql(render_template("_losses", {"losses": losses}).strip("\n"))


def format_data_loss_heading(losses: Sequence[Loss]) -> list[str]:
    """Format the comment above that statement, which lists the data."""
    return [
        "Data-loss check. The statements below would permanently delete:",
        *(f"  {loss.description}" for loss in losses),
        "The check fails if a table has rows, or a column has values other than NULL and its default. With",
        "ON_ERROR_STOP=1 or in one transaction, nothing is dropped then.",
        f"Set {ALLOW_DATA_LOSS} to on to skip the check and delete the data.",
    ]
