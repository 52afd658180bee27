"""Read indexes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from psycopg import sql

from schema_dsl.introspect.index_elements import build_elements, compose_element, is_plain
from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_settings,
    compose_parenthesized,
)
from schema_dsl.model.identity import copy_with
from schema_dsl.model.index import Index
from schema_dsl.model.parameters import to_parameters
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> Index:
    _, name, _, numbers, expressions, count, *unusual, options, where = row[:12]
    unique, nulls_not_distinct, method, parameters, statistics, comment = row[12:]
    own = tuple([columns[number - 1] if number else "" for number in numbers])
    texts = tuple(expressions or ())
    plain = _build_plain((own, texts, count, tuple(options), where, unique, nulls_not_distinct, method))
    changes: dict[str, Any] = {"name": name}
    if unusual[0]:
        changes["elements"] = build_elements(numbers[:count], expressions, options, (*unusual,), columns)
    if parameters:
        changes["parameters"] = to_parameters(build_settings(parameters))
    if statistics:
        changes["statistics"] = tuple(sorted(map(tuple, statistics)))
    if comment:
        changes["comment"] = comment
    return copy_with(plain, **changes)


# Many tables have the same indexes but for the name.
@lru_cache(maxsize=4096)
def _build_plain(values: tuple[Any, ...]) -> Index:
    """Return an index without rare properties; in its columns, "" stands for an expression."""
    columns, expressions, count, options, where, unique, nulls_not_distinct, method = values
    numbers = [place if name else 0 for place, name in enumerate(columns, 1)]
    return Index(
        build_elements(numbers[:count], expressions, options, (None, (), (), ()), columns),
        where=None if where is None else Sql(where),
        unique=unique,
        nulls_not_distinct=nulls_not_distinct,
        method=method,
        include=columns[count:],
        origin=None,
    )


def _build_statement(index: Index, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    if index.where is None and all(map(is_plain, index.elements)):
        return None
    statement = sql.SQL("CREATE INDEX {} ON {} USING {} ({})").format(
        name,
        relation,
        sql.Identifier(index.method),
        sql.SQL(", ").join(map(compose_element, index.elements)),
    )
    if index.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(index.where)
    return statement


KIND = Kind(
    kind="index",
    build=_build,
    relations=frozenset({"table", "materialized_view"}),
    canonical_query=CanonicalQuery(_build_statement, ("elements", "where")),
)
