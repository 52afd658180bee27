"""Read the names of NOT NULL constraints."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.not_null_name import NotNullName


def _build(row: CatalogRow, _columns: ColumnNames) -> NotNullName:
    _, column, _, constraint = row
    return NotNullName(column, constraint)


KIND = Kind(kind="not_null_name", build=_build, on_request=True, since=180000)
