"""Read unique constraints."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.model.constraint import Unique


def _build(row: CatalogRow, columns: ColumnNames) -> Unique:
    (
        _,
        name,
        _,
        numbers,
        count,
        without_overlaps,
        parameters,
        nulls_not_distinct,
        deferrable,
        deferred,
        comment,
    ) = row
    return Unique(
        [columns[number - 1] for number in numbers[:count]],
        name=name,
        without_overlaps=without_overlaps,
        include=[columns[number - 1] for number in numbers[count:]],
        parameters=build_settings(parameters),
        nulls_not_distinct=nulls_not_distinct,
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="unique", found_in="pg_constraint WHERE contype = 'u' AND oid >= 16384", build=_build)
