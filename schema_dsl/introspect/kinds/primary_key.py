"""Read primary keys."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.constraint import PrimaryKey


def _build(row: CatalogRow, columns: ColumnNames) -> PrimaryKey:
    _, name, _, numbers, deferrable, deferred, comment = row
    return PrimaryKey(
        [columns[number - 1] for number in numbers],
        name=name,
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="primary_key", build=_build)
