"""Find the columns whose values Postgres reads for a change of their type, and those where it refuses to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.identity import format_origin
from schema_dsl.parsing import parse_type_name
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach

Found: TypeAlias = tuple[Identity, bool]
"""A column, and whether its values contain those of the type instead of being them."""


def list_scans(identity: Identity, before: State, after: State) -> Iterator[Hazard]:
    """Yield the locks on the tables that Postgres reads for a change of a type which their columns have.

    Args:
        identity: The type.
        before: The state before.
        after: The state after.

    Raises:
        PlanError: If a column has the type inside an array or another type: Postgres refuses to check these values.
    """
    for column, is_inside in _find_columns(identity, before):
        if column not in after.objects:
            continue
        if is_inside:
            raise PlanError(
                f"{identity} cannot get a condition that existing values have to fulfil: {column} has the domain inside"
                " an array or another type, and Postgres refuses to check the values there",
                where=format_origin(after.objects[identity]),
                instead="Declare the check with validated=False, so that it holds for new values; a check"
                " 'VALUE IS NOT NULL' can take the place of not_null.",
            )
        effect = "blocks writes while it scans the table"
        yield Hazard(column.relation, "ShareLock", effect, scans=True, reach=LockReach.CHILDREN)


def _find_columns(identity: Identity, state: State, *, is_inside: bool = False) -> Iterator[Found]:
    for dependency in state.dependents(identity):
        dependent = dependency.dependent
        if dependency.on_replace is not OnReplace.ADAPT:
            continue
        if dependent.parent is None:
            # Postgres reads the columns of a type of the same kind as well, such as a domain over a domain.
            yield from _find_columns(dependent, state, is_inside=is_inside or dependent.kind != identity.kind)
            continue
        yield dependent, is_inside or _is_array(state.objects[dependent])
        # Another column can have the row type of the table.
        yield from _find_columns(dependent.root, state, is_inside=True)


def _is_array(column: Any) -> bool:
    return bool(parse_type_name(column.type.sql).array_bounds)
