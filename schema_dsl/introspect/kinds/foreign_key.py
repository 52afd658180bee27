"""Read foreign keys."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.column import ReferentialAction
from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.reference import Reference

_ACTIONS: Final[dict[str, ReferentialAction]] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}


def _build(row: CatalogRow, columns: ColumnNames) -> ForeignKey:
    (
        _,
        name,
        _,
        numbers,
        target_schema,
        target,
        target_columns,
        on_delete,
        on_update,
        set_numbers,
        match_full,
        period,
        validated,
        enforced,
        deferrable,
        deferred,
        comment,
    ) = row
    return ForeignKey(
        [columns[number - 1] for number in numbers],
        Reference(target, target_columns, schema=target_schema),
        name=name,
        on_delete=_ACTIONS[on_delete],
        on_update=_ACTIONS[on_update],
        on_delete_columns=[columns[number - 1] for number in set_numbers or ()],
        match_full=match_full,
        period=period,
        validated=validated,
        enforced=enforced,
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="foreign_key", found_in="pg_constraint WHERE contype = 'f' AND oid >= 16384", build=_build)
