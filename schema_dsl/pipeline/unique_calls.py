"""Refuse a migration after which a call fits a new routine as well as an undeclared one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.identity import format_origin

if TYPE_CHECKING:
    from schema_dsl.plan import Difference


def require_unique_calls(
    changes: Iterable[Difference], present: Mapping[Identity, Any], declared: Mapping[Identity, Any]
) -> None:
    """Raise PlanError if calls fit a routine that the migration creates or changes, and an undeclared one that stays.

    Postgres refuses such a call in a query and in the body of a function only when it runs.

    Args:
        changes: The changes of the migration.
        present: All objects after the migration.
        declared: The declared objects.
    """
    due = [change for change in changes if change.identity.arguments is not None]
    dropped = {change.identity for change in due if change.after is None}
    changed = [change.identity for change in due if change.identity in declared]
    left = [
        identity
        for identity in (present if changed else ())
        if identity.arguments is not None and identity not in declared and identity not in dropped
    ]
    for new in changed:
        for old in left:
            if (old.schema, old.name) != (new.schema, new.name):
                continue
            types = _find_common_call(new, declared[new], old, present[old])
            if types is not None:
                raise PlanError(
                    f"a call {new.schema}.{new.name}({', '.join(types)}) is not unique: it fits {new}, and one that"
                    f" the definitions do not declare, {old}",
                    where=format_origin(declared[new]),
                    instead="Drop it with --drop.",
                )


def _find_common_call(one: Identity, first: Any, other: Identity, second: Any) -> tuple[str, ...] | None:
    """Return the types of a call that fits both routines, one of them by its defaults; None if there is none."""
    types, others = one.arguments or (), other.arguments or ()
    # Postgres prefers a routine without VARIADIC.
    if any(argument.mode == "variadic" for argument in (*first.arguments, *second.arguments)):
        return None
    fewest = max(len(types) - _count_defaults(first), len(others) - _count_defaults(second))
    counts = range(fewest, min(len(types), len(others)) + 1)
    return next((types[:count] for count in counts if types[:count] == others[:count]), None)


def _count_defaults(routine: Any) -> int:
    return sum(argument.default is not None for argument in routine.arguments)
