"""Refuse a migration that creates an object whose name an undeclared object has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.identity import format_origin

if TYPE_CHECKING:
    from schema_dsl.plan import Difference


def require_free_names(
    changes: Iterable[Difference], present: Mapping[Identity, Any], declared: Mapping[Identity, Any]
) -> None:
    """Raise PlanError if a new object gets the name of an undeclared object that stays.

    IF NOT EXISTS would find the undeclared object, and the migration would create nothing.

    Args:
        changes: The changes of the migration.
        present: All objects after the migration.
        declared: The declared objects.
    """
    from schema_dsl.plan.diff import Difference  # noqa: PLC0415 - only a due migration needs it
    from schema_dsl.plan.reused_names import pair_reused_names  # noqa: PLC0415

    due = list(changes)
    dropped = {change.identity for change in due if change.after is None}
    kept = [
        Difference(identity, item, None)
        for identity, item in present.items()
        # An object that DROP drops together with another object may be no change of its own.
        if identity not in declared and dropped.isdisjoint((identity, identity.root))
    ]
    created = [change for change in due if change.before is None]
    for old, new in pair_reused_names([*kept, *created]).items():
        raise PlanError(
            f"{new} cannot be created, because {old} has its name and is not in the definitions",
            where=format_origin(declared[new]) if new in declared else None,
            instead="Drop it, with --drop if a generated migration created it, or choose another name.",
        )
