"""Read user mappings."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.user_mapping import UserMapping


def _build(row: CatalogRow, _columns: ColumnNames) -> UserMapping:
    _, role, _, server, options = row
    return UserMapping(role, server, options=map(tuple, options or ()), origin=None)


KIND = Kind(kind="user_mapping", found_in="pg_user_mappings", build=_build, is_root=True)
