"""Read the roles that the caller names: roles belong to the server, and other databases may use the others."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.role import Role


def _build(row: CatalogRow, _columns: ColumnNames) -> Role:
    _, name, _, superuser, inherit, create_role, create_database, login, replication, bypasses, *others = row
    connection_limit, groups, comment = others
    return Role(
        name,
        managed=True,
        superuser=superuser,
        inherit=inherit,
        create_role=create_role,
        create_database=create_database,
        login=login,
        replication=replication,
        bypasses_row_security=bypasses,
        connection_limit=connection_limit,
        member_of=groups or (),
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="role", build=_build, is_root=True, on_request=True)
