"""Primary keys."""

from __future__ import annotations

from schema_dsl.introspect.kind import Kind, Row
from schema_dsl.model.constraint import PrimaryKey


def _build(row: Row) -> PrimaryKey:
    _, name, _, columns, deferrable, deferred, comment = row
    return PrimaryKey(
        columns, name=name, deferrable=deferrable, initially_deferred=deferred, comment=comment, origin=None
    )


KIND = Kind(kind="primary_key", build=_build)
