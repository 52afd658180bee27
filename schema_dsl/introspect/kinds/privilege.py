"""Read privileges on tables, their columns, and all other objects."""

from __future__ import annotations

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.argument import name_type
from schema_dsl.model.privilege import Privilege, privilege_identity


def _build(row: CatalogRow, _columns: ColumnNames) -> Privilege:
    _, role, _, *parts = row
    privileges, grantable, columns, on_columns, grantable_columns, grantable_on_columns = parts
    # Several grantors may have granted the same privilege, so the sets remove duplicates.
    return Privilege(
        role,
        privileges,
        set(zip(columns, on_columns, strict=True)),
        grantable,
        set(zip(grantable_columns, grantable_on_columns, strict=True)),
    )


def _build_of_root(row: CatalogRow) -> tuple[Identity, Privilege]:
    oid, role, properties, kind, schema, name, types, *parts = row
    arguments = tuple(name_type(spelling, schema) for spelling in types) if kind in ROUTINE_KINDS else None
    identity = privilege_identity(Identity(kind, schema, name, arguments), role)
    return identity, _build((oid, role, properties, *parts), ())


KIND = Kind(kind="privilege", build=_build, build_part=_build_of_root)
