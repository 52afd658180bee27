"""Read the marks on indexes."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.model.index_mark import IndexMark


def _build(row: CatalogRow, _columns: ColumnNames) -> IndexMark:
    _, mark, _, index = row
    return IndexMark(mark, index)


KIND = Kind(kind="index_mark", build=_build, relations=frozenset({"table", "materialized_view"}))
