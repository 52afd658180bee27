"""Notes about the rows that a migration does not allow: it counts them, and a person has to correct them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schema_dsl.plan import Plan


def note_rows(plan: Plan) -> Iterator[str]:
    """Yield a note for each kind of rows at which a migration stops, whatever is allowed.

    Args:
        plan: The plan.
    """
    from schema_dsl.render.data_loss_guard import list_losses  # noqa: PLC0415 - only a due migration needs it

    descriptions = dict.fromkeys(loss.description for loss in list_losses(plan.steps) if not loss.permitted)
    return (f"the migration stops, with the number of rows, at {description}" for description in descriptions)
