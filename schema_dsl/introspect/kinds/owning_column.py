"""Read the columns that own sequences."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.owning_column import OwningColumn
from schema_dsl.model.reference import Reference


def _build(row: CatalogRow, _columns: ColumnNames) -> OwningColumn:
    _, name, _, schema, owner, table, column = row
    return OwningColumn(name, Reference(table, column, schema=owner), schema=schema, origin=None)


KIND = Kind(kind="owning_column", found_in="pg_sequence", build=_build, is_root=True)
