"""Read primary keys."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.model.constraint import PrimaryKey


def _build(row: CatalogRow, columns: ColumnNames) -> PrimaryKey:
    _, name, _, numbers, count, without_overlaps, parameters, deferrable, deferred, comment = row
    return PrimaryKey(
        [columns[number - 1] for number in numbers[:count]],
        name=name,
        without_overlaps=without_overlaps,
        include=[columns[number - 1] for number in numbers[count:]],
        parameters=build_settings(parameters),
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="primary_key", build=_build)
