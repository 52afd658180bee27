"""Read unique constraints."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.constraint import Unique


def _build(row: CatalogRow, columns: ColumnNames) -> Unique:
    _, name, _, numbers, nulls_not_distinct, deferrable, deferred, comment = row
    return Unique(
        [columns[number - 1] for number in numbers],
        name=name,
        nulls_not_distinct=nulls_not_distinct,
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="unique", build=_build)
