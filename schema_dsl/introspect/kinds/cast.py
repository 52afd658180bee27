"""Read casts."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.cast import Cast, CastContext
from schema_dsl.plan.kinds.cast import format_cast, format_conversion

_CONTEXTS: Final[dict[str, CastContext]] = {"e": "explicit", "a": "assignment", "i": "implicit"}
_IN_OUT: Final = "i"


def _build(row: CatalogRow, _columns: ColumnNames) -> Cast:
    _, _, _, source, target, function, context, method, comment = row
    return Cast(
        source,
        target,
        function=function,
        in_out=method == _IN_OUT,
        context=_CONTEXTS[context],
        comment=comment,
        origin=None,
    )


def _build_stand_in(cast: Cast) -> StandIn:
    types = sql.SQL(format_cast(cast.identity))
    return StandIn(
        sql.SQL("DROP CAST IF EXISTS {} CASCADE").format(types),
        sql.SQL("CREATE CAST {} {}").format(types, sql.SQL(format_conversion(cast))),
    )


KIND = Kind(
    kind="cast",
    found_in="pg_cast WHERE oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("source", "target", "function"),
)
