"""Check constraints."""

from __future__ import annotations

from schema_dsl.introspect.kind import Kind, Row
from schema_dsl.model.constraint import Check
from schema_dsl.sql import Sql


def _build(row: Row) -> Check:
    _, name, _, expression, comment = row
    return Check(Sql(expression), name=name, comment=comment, origin=None)


KIND = Kind(kind="check", build=_build)
