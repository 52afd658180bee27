"""Exclusion constraints."""

from __future__ import annotations

from schema_dsl.introspect.kind import Kind, Row
from schema_dsl.model.constraint import Exclusion
from schema_dsl.sql import Sql


def _build(row: Row) -> Exclusion:
    _, name, _, keys, are_expressions, operators, method, where, deferrable, deferred, comment = row
    return Exclusion(
        [
            (Sql(key) if is_expression else key, operator)
            for key, is_expression, operator in zip(keys, are_expressions, operators, strict=True)
        ],
        name=name,
        method=method,
        where=None if where is None else Sql(where),
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="exclusion", build=_build)
