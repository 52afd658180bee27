"""Read operators."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.operator import Operator
from schema_dsl.plan.kinds.operator import format_signature, list_options


def _build(row: CatalogRow, _columns: ColumnNames) -> Operator:
    _, name, _, schema, left, right, function, commutator, negator, restrict, join, *flags, comment = row
    hashes, merges = flags
    return Operator(
        name,
        left=left,
        right=right,
        function=function,
        commutator=commutator,
        negator=negator,
        restrict=restrict,
        join=join,
        hashes=hashes,
        merges=merges,
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(operator: Operator) -> StandIn:
    name = sql.SQL("{}.{}").format(sql.Identifier(operator.schema), sql.SQL(operator.name))
    return StandIn(
        sql.SQL("DROP OPERATOR IF EXISTS {} CASCADE").format(sql.SQL(format_signature(operator.identity))),
        sql.SQL("CREATE OPERATOR {} ({})").format(name, sql.SQL(", ".join(list_options(operator)))),
    )


KIND = Kind(
    kind="operator",
    found_in="pg_operator WHERE oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("left", "right", "function", "commutator", "negator", "restrict", "join"),
)
