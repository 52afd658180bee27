"""The values of a virtual generated column that becomes a plain one, which Postgres has only while it is generated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.parsing import list_columns
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.names import column_identity, quote_relation
from schema_dsl.plan.rule import Creation, Object
from schema_dsl.plan.step import Loss
from schema_dsl.sql import Sql, identifier, literal


def find_computed(objects: Iterable[Object], creation: Creation) -> dict[Identity, Sql]:
    """Return the expressions that give new columns the values which they have as virtual generated columns.

    Args:
        objects: The new columns.
        creation: The context.
    """
    return {
        identity: before.generated
        for identity, before in _find_virtual(objects, creation)
        if _has_columns(identity, before, creation)
    }


def build_computed_loss(objects: Iterable[Object], creation: Creation) -> Loss | None:
    """Describe the values of virtual generated columns that cannot be computed, because they read dropped columns."""
    lost = [
        identity
        for identity, before in _find_virtual(objects, creation)
        if not _has_columns(identity, before, creation)
    ]
    if not lost:
        return None
    relation = quote_relation(lost[0])
    names = [identifier(identity.name) for identity in lost]
    what = ", ".join(names)
    regclass = f"pg_catalog.to_regclass({literal(str(relation))})"
    return build_loss(
        f"the values of {what} of {relation}",
        relation=relation,
        exists=(
            f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}\n"
            f"            AND attname = {literal(lost[0].name)} AND attgenerated = 'v')"
        ),
        conditions=[" OR ".join(f"{name} IS DISTINCT FROM NULL" for name in names)],
        message=(
            f"cannot store {what} of {relation} because columns that are dropped give it the values (rows: ",
            ")",
        ),
        only_before=True,
    )


def _find_virtual(objects: Iterable[Object], creation: Creation) -> list[tuple[Identity, Any]]:
    """Return the columns as they were before of which the values would go."""
    present = [(identity, column, creation.before.get(identity)) for identity, column in objects]
    return [
        (identity, before)
        for identity, column, before in present
        if before is not None and before.virtual and column.generated is None and column.identity is None
    ]


def _has_columns(identity: Identity, before: Any, creation: Creation) -> bool:
    """Return whether the columns that a generated column reads stay."""
    objects = creation.before if creation.after is None else creation.after.objects
    return all(column_identity(identity, names[-1]) in objects for names in list_columns(before.generated))
