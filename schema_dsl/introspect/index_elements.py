"""Read the keys of indexes and exclusion constraints, and compose them for Postgres to rewrite."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from psycopg import sql

from schema_dsl.introspect.kind import ColumnNames, build_index_keys, build_settings, compose_parenthesized
from schema_dsl.model.index import IndexElement
from schema_dsl.sql import Sql

_DESCENDING: Final = 1
_NULLS_FIRST: Final = 2

# The parallel lists of the catalog for keys with a non-default operator class or collation: the place of the key, the
# class, the collation, and the parameters of the class.
UnusualKeys = tuple[
    Sequence[int] | None, Sequence[str | None], Sequence[str | None], Sequence[Sequence[str] | None]
]


def build_elements(
    numbers: Sequence[int],
    expressions: Sequence[str] | None,
    options: Sequence[int],
    unusual: UnusualKeys,
    columns: ColumnNames,
) -> tuple[IndexElement, ...]:
    """Build the keys from the parallel lists of the catalog.

    Args:
        numbers: The attnums of the keys, 0 for an expression.
        expressions: The expressions.
        options: The sort options of the keys.
        unusual: The non-default operator classes and collations.
        columns: The names of the columns of the table.
    """
    places = unusual[0]
    others = {} if not places else {item[0]: item[1:] for item in zip(places, *unusual[1:], strict=True)}
    elements = []
    keys = build_index_keys(numbers, expressions, columns)
    for place, (key, option) in enumerate(zip(keys, options, strict=True)):
        if place not in others:
            elements.append(_build_plain(key, option))
            continue
        operator_class, collation, parameters = others[place]
        elements.append(
            IndexElement(
                key,
                descending=bool(option & _DESCENDING),
                nulls_first=bool(option & _NULLS_FIRST),
                collation=None if collation is None else Sql(collation),
                operator_class=None if operator_class is None else Sql(operator_class),
                operator_class_parameters=build_settings(parameters),
            )
        )
    return tuple(elements)


# Many tables have the same keys, such as created_at. The cache is typed, because an expression is no name of a column.
@lru_cache(maxsize=4096, typed=True)
def _build_plain(key: str | Sql, option: int) -> IndexElement:
    return IndexElement(key, descending=bool(option & _DESCENDING), nulls_first=bool(option & _NULLS_FIRST))


def is_plain(element: str | Sql | IndexElement) -> bool:
    """Return whether a key is a column without SQL of its own."""
    if not isinstance(element, IndexElement):
        return not isinstance(element, Sql)
    return type(element.on) is str and element.operator_class is None and element.collation is None


def compose_element(element: str | Sql | IndexElement) -> sql.Composed:
    """Compose a key with its options."""
    on: Any = element.on if isinstance(element, IndexElement) else element
    text = sql.Composed([compose_parenthesized(on) if isinstance(on, Sql) else sql.Identifier(on)])
    if not isinstance(element, IndexElement):
        return text
    if element.collation is not None:
        text += sql.SQL(" COLLATE ") + sql.SQL(element.collation)
    if element.operator_class is not None:
        text += sql.SQL(" ") + sql.SQL(element.operator_class)
    if element.operator_class_parameters:
        pairs = (
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in element.operator_class_parameters
        )
        text += sql.SQL(" (") + sql.SQL(", ").join(pairs) + sql.SQL(")")
    if element.descending:
        text += sql.SQL(" DESC")
    if element.nulls_first is not None:
        text += sql.SQL(" NULLS FIRST" if element.nulls_first else " NULLS LAST")
    return text
