"""Read extended statistics."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn, compose_parenthesized
from schema_dsl.model.reference import Reference
from schema_dsl.model.statistics import Statistics, StatisticsKind
from schema_dsl.sql import Sql

_KINDS: Final[dict[str, StatisticsKind]] = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


def _build(row: CatalogRow, _columns: ColumnNames) -> Statistics:
    _, name, _, schema, table_schema, table, columns, expressions, kinds, target, comment = row
    return Statistics(
        name,
        Reference(table, schema=table_schema),
        [*columns, *map(Sql, expressions or ())],
        # The letter e stands for the statistics of expressions.
        kinds=[_KINDS[letter] for letter in kinds if letter in _KINDS],
        target=target,
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(statistics: Statistics) -> StandIn:
    name = sql.Identifier(statistics.schema, statistics.name)
    elements = sql.SQL(", ").join(
        compose_parenthesized(element) if isinstance(element, Sql) else sql.Identifier(element)
        for element in statistics.on
    )
    assert statistics.table.schema is not None  # noqa: S101 - the class fills it in
    table = sql.Identifier(statistics.table.schema, statistics.table.table)
    return StandIn(
        sql.SQL("DROP STATISTICS IF EXISTS {}").format(name),
        sql.SQL("CREATE STATISTICS {} ON {} FROM {}").format(name, elements, table),
    )


KIND = Kind(
    kind="statistics",
    found_in="pg_statistic_ext",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("on",),
)
