"""Read the owners of tables and all other objects."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.operator import name_operand
from schema_dsl.model.owner import Ownership, ownership_identity


def _build(row: CatalogRow, _columns: ColumnNames) -> Ownership:
    return Ownership(row[-1])


def _build_of_root(row: CatalogRow) -> tuple[Identity, Ownership]:
    _, _, _, kind, schema, name, types, role = row
    arguments = None if types is None else tuple(name_operand(spelling, schema) for spelling in types)
    return ownership_identity(Identity(kind, schema, name, arguments)), Ownership(role)


KIND = Kind(kind="owner", build=_build, build_part=_build_of_root, on_request=True)
