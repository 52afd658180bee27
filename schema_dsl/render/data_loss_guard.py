"""What a migration would lose, and the section that refuses to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schema_dsl.plan.step import Loss, Plan
from schema_dsl.render.environment import printed
from schema_dsl.sql import Sql

ALLOWED: Final = "schema_dsl.allow_data_loss"
"""The setting that a person puts on who means to lose data."""

ALLOWING: Final = f'PGOPTIONS="-c {ALLOWED}=on"'
"""How that is said to psql."""


def losses_of(plan: Plan) -> tuple[Loss, ...]:
    """List what a plan loses, in its order."""
    return tuple(each.loss for step in plan.steps for each in (step, *step.parts) if each.loss is not None)


def refusing(losses: Sequence[Loss]) -> Sql:
    """Print the statement that fails as long as any of it is there, before anything is dropped."""
    return Sql(printed("_losses", {"losses": losses}).strip("\n"))


def losses_heading(losses: Sequence[Loss]) -> list[str]:
    """Say above that statement what it looks at."""
    return [
        "What would be lost for good:",
        *(f"  {loss.what}" for loss in losses),
        f"As long as any of it is there nothing is dropped, unless {ALLOWED} is on.",
    ]
