"""Read tables."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.table import Table


def _build(row: CatalogRow, _columns: ColumnNames) -> Table:
    _, name, _, schema, row_security, force_row_security, comment, _ = row
    return Table(
        name,
        schema=schema,
        row_security=row_security,
        force_row_security=force_row_security,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="table", build=_build, is_root=True)
