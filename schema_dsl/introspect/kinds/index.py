"""Read indexes."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_index_keys,
    compose_parenthesized,
)
from schema_dsl.model.index import Index, IndexElement
from schema_dsl.sql import Sql

_DESCENDING: Final = 1
_NULLS_FIRST: Final = 2


def _build(row: CatalogRow, columns: ColumnNames) -> Index:
    (
        _,
        name,
        _,
        numbers,
        expressions,
        count,
        places,
        odd_classes,
        odd_collations,
        options,
        where,
        *attributes,
    ) = row
    unique, nulls_not_distinct, method, comment = attributes
    operator_classes = dict(zip(places, odd_classes, strict=True)) if places else {}
    collations = dict(zip(places, odd_collations, strict=True)) if places else {}
    keys = build_index_keys(numbers[:count], expressions, columns)
    return Index(
        tuple(
            IndexElement(
                key,
                descending=bool(option & _DESCENDING),
                nulls_first=bool(option & _NULLS_FIRST),
                collation=None if collations.get(place) is None else Sql(collations[place]),
                operator_class=operator_classes.get(place),
            )
            for place, (key, option) in enumerate(zip(keys, options, strict=True))
        ),
        name=name,
        where=None if where is None else Sql(where),
        unique=unique,
        nulls_not_distinct=nulls_not_distinct,
        method=method,
        include=build_index_keys(numbers[count:], None, columns),
        comment=comment,
        origin=None,
    )


def _build_statement(index: Index, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    plain = all(
        type(element.on) is str and element.operator_class is None and element.collation is None
        for element in index.elements
    )
    if plain and index.where is None:
        return None
    statement = sql.SQL("CREATE INDEX {} ON {} USING {} ({})").format(
        name,
        relation,
        sql.Identifier(index.method),
        sql.SQL(", ").join(map(_compose_element, index.elements)),
    )
    if index.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(index.where)
    return statement


def _compose_element(element: IndexElement) -> sql.Composed:
    text = sql.Composed(
        [compose_parenthesized(element.on) if isinstance(element.on, Sql) else sql.Identifier(element.on)]
    )
    if element.collation is not None:
        text += sql.SQL(" COLLATE ") + sql.SQL(element.collation)
    if element.operator_class is not None:
        text += sql.SQL(" ") + sql.Identifier(element.operator_class)
    if element.descending:
        text += sql.SQL(" DESC")
    if element.nulls_first is not None:
        text += sql.SQL(" NULLS FIRST" if element.nulls_first else " NULLS LAST")
    return text


KIND = Kind(
    kind="index", build=_build, canonical_query=CanonicalQuery(_build_statement, ("elements", "where"))
)
