"""Read default privileges."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.grant import Grant


def _build(row: CatalogRow, _columns: ColumnNames) -> DefaultPrivileges:
    _, _, _, schema, on, role, grantees, privileges, grantable = row
    grants = [
        Grant(name, to=grantee, grant_option=is_grantable)
        for grantee, name, is_grantable in zip(grantees, privileges, grantable, strict=True)
    ]
    return DefaultPrivileges(on, role=role, schema=schema, grants=grants, origin=None)


KIND = Kind(kind="default_privileges", found_in="pg_default_acl", build=_build, is_root=True)
