"""Indexes."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.kind import Kind, Row
from schema_dsl.model.index import Index, IndexElement
from schema_dsl.sql import Sql

_DESCENDING: Final = 1
_NULLS_FIRST: Final = 2


def _build(row: Row) -> Index:
    (
        _,
        name,
        _,
        keys,
        are_expressions,
        operator_classes,
        options,
        include,
        where,
        unique,
        nulls_not_distinct,
        method,
        comment,
    ) = row
    return Index(
        tuple(
            IndexElement(
                Sql(key) if is_expression else key,
                descending=bool(option & _DESCENDING),
                nulls_first=bool(option & _NULLS_FIRST),
                operator_class=operator_class,
            )
            for key, is_expression, operator_class, option in zip(
                keys, are_expressions, operator_classes, options, strict=True
            )
        ),
        name=name,
        where=None if where is None else Sql(where),
        unique=unique,
        nulls_not_distinct=nulls_not_distinct,
        method=method,
        include=include or (),
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="index", build=_build)
