"""The changes that Postgres refuses because of a type or a partition key, with what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.identity import format_origin
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.sql import identifier

_OTHER_TABLE: Final = (
    "Declare a table of another name, copy the rows in a hand-written migration, and rename it."
)


def build_type_error(identity: Identity, column: Any, cause: Identity) -> PlanError:
    """Build the error for a column whose type, or the type of a part of it, becomes an object of another kind."""
    return PlanError(
        f"{identity} would lose its data, because its type uses {cause}, which becomes an object of another kind",
        where=format_origin(column),
        instead=(
            f"Split the change. In one migration, remove {cause.name} and declare the column with the type text. In"
            f" the next one, declare the new {cause.name}, and the column with its type and"
            f' using="{identifier(identity.name)}::..." if Postgres has no cast for an assignment.'
        ),
    )


def build_key_error(identity: Identity, item: Any, column: Identity, *, is_new: bool) -> PlanError:
    """Build the error for a changed column of a partition key, of a table that exists or is new."""
    if is_new:
        what = f"{column} cannot change in the migration that creates {identity}, whose partition key has it"
        instead = "Change the column in one migration, and create the partition in the next one."
    else:
        what = f"{column} cannot change, because the partition key of {identity} has it"
        instead = _OTHER_TABLE
    return PlanError(what, where=format_origin(item), instead=instead)


def require_no_key(column: Identity, state: State, replaced: Identity) -> None:
    """Raise PlanError if a column that is converted for the replacement of its type is in the partition key."""
    table = state.objects.get(column.root)
    key = getattr(table, "partition_by", None)
    if key is None:
        return
    _, _, elements = key.sql.partition(" ")
    if any(each.referenced == column for each in state.resolve(column.root, f"ROW{elements}")):
        raise PlanError(
            f"{replaced} cannot change, because the partition key of {column.root} has {column}",
            where=format_origin(table),
            instead=_OTHER_TABLE,
        )


def require_no_types_over_dropped(adapted: Mapping[Identity, Identity]) -> None:
    """Raise PlanError if a type has another type which Postgres drops to create the new one."""
    for identity, replaced in adapted.items():
        if identity.parent is None and load_kind_rules()[replaced.kind].replace_drops:
            raise PlanError(
                f"{replaced} cannot change while {identity} has it, because Postgres can neither alter nor drop it",
                instead=(
                    f"Declare a new type beside {replaced.name}, and use it in {identity.name}; or let the columns have"
                    f" {replaced.name} itself, in a migration before."
                ),
            )
