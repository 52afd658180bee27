"""Read publications."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.publication import Publication


def _build(row: CatalogRow, _columns: ColumnNames) -> Publication:
    _, name, _, all_tables, operations, via_partition_root, generated_columns, schemas, comment = row
    return Publication(
        name,
        schemas=schemas,
        all_tables=all_tables,
        operations=operations,
        via_partition_root=via_partition_root,
        generated_columns=generated_columns == "s",
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="publication", found_in="pg_publication", build=_build, is_root=True)
