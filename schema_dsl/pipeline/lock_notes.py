"""Notes about the tables that a migration blocks while it reads or rewrites them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from schema_dsl.analysis.locks import lock_strength
from schema_dsl.pipeline.project import Project
from schema_dsl.sql import qualified

if TYPE_CHECKING:
    from schema_dsl.plan import Plan

# The weakest lock that blocks writes.
_BLOCKING: Final = "ShareLock"


def note_locks(project: Project, plan: Plan) -> Iterator[str]:
    """Yield a note for each way in which a plan blocks tables for longer the more rows they have.

    The planner chooses the statements, and the linter finds no fault with them. A person may still prefer another
    change, or another time for it.

    Args:
        project: The project, whose runner decides which steps run.
        plan: The plan.
    """
    from schema_dsl.plan import choose_steps  # noqa: PLC0415 - only a due migration needs it

    tables: dict[str, dict[str, None]] = {}
    for step in choose_steps(plan, project.settings.how_run).steps:
        for part in step.list_parts():
            for hazard in () if part.parts else part.hazards:
                is_long = (hazard.scans or hazard.rewrites) and hazard.lock is not None
                if is_long and lock_strength(hazard.lock) >= lock_strength(_BLOCKING):
                    tables.setdefault(hazard.effect, {})[str(qualified(*hazard.relation))] = None
    for effect, names in tables.items():
        yield f"{', '.join(names)}: {effect}"
