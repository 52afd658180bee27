"""Read privileges on tables and columns."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.privilege import Privilege


def _build(row: CatalogRow, _columns: ColumnNames) -> Privilege:
    _, role, _, privileges, columns, on_columns, grantable = row
    # Several grantors may have granted the same privilege, so the set removes duplicates.
    return Privilege(role, privileges, set(zip(columns, on_columns, strict=True)), grantable)


KIND = Kind(kind="privilege", build=_build)
