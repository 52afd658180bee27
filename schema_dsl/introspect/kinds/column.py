"""Read columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from psycopg import sql

from schema_dsl.introspect.kind import (
    CanonicalQuery,
    CatalogRow,
    ColumnNames,
    Kind,
    build_settings,
    compose_parenthesized,
    compose_type,
)
from schema_dsl.introspect.sequence_options import build_sequence_options
from schema_dsl.model.column import Column
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql

_STORAGE: Final = {None: None, "p": "plain", "e": "external", "x": "extended", "m": "main"}
_COMPRESSION: Final = {None: None, "p": "pglz", "l": "lz4"}
_FIRST_SETTING: Final = 9
_NO_SETTINGS: Final = (None,) * 6
_IDENTITY: Final = {None: None, "a": "always", "d": "by default"}

# A schema has thousands of columns but few different types.
_type = lru_cache(maxsize=1024)(Type)


def _build(row: CatalogRow, _columns: ColumnNames) -> Column:
    values, settings = row[1:_FIRST_SETTING], row[_FIRST_SETTING:]
    if settings == _NO_SETTINGS:
        return _build_plain(values)
    return _build_column(values, **_build_settings(settings))


def _build_column(values: CatalogRow, **settings: Any) -> Column:
    name, _, spelling, not_null, identity, generated, value, comment = values
    source = None if value is None else Sql(value)
    return Column(
        name,
        _type(spelling),
        not_null=not_null,
        default=None if generated else source,
        generated=source if generated else None,
        virtual=generated == "v",
        identity=_IDENTITY[identity],
        comment=comment,
        origin=None,
        **settings,
    )


# Many tables have the same columns, such as id and created_at.
_build_plain = lru_cache(maxsize=4096)(_build_column)


def _build_settings(settings: Sequence[Any]) -> dict[str, Any]:
    collation, storage, compression, statistics, options, numbers = settings
    return {
        "collation": None if collation is None else Sql(collation),
        "storage": _STORAGE[storage],
        "compression": _COMPRESSION[compression],
        "statistics": statistics,
        "options": build_settings(options),
        "sequence": None if numbers is None else build_sequence_options(numbers),
    }


def _build_statement(column: Column, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    # Types and defaults cannot refer to the table: values.py rewrites them, once for all tables.
    if column.generated is None:
        return None
    return sql.SQL("ALTER TABLE {} ADD COLUMN {} {} GENERATED ALWAYS AS {} {}").format(
        relation,
        name,
        compose_type(column),
        compose_parenthesized(column.generated),
        sql.SQL("VIRTUAL" if column.virtual else "STORED"),
    )


KIND = Kind(
    kind="column",
    build=_build,
    rewritten=("default",),
    canonical_query=CanonicalQuery(_build_statement, ("generated",)),
)
