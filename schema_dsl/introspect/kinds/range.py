"""Read range types."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.range_type import RangeType
from schema_dsl.model.type import Type


def _build(row: CatalogRow, _columns: ColumnNames) -> RangeType:
    _, name, _, schema, subtype, operator_class, collation, subtype_diff, multirange, comment = row
    return RangeType(
        name,
        Type(subtype),
        operator_class=operator_class,
        collation=collation,
        subtype_diff=subtype_diff,
        multirange=multirange,
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(declared: RangeType) -> StandIn:
    name = sql.Identifier(declared.schema, declared.name)
    parts = {
        "SUBTYPE_OPCLASS": declared.operator_class,
        "COLLATION": declared.collation,
        "SUBTYPE_DIFF": declared.subtype_diff,
    }
    options = [sql.SQL("SUBTYPE = ") + sql.SQL(declared.subtype.sql)]
    options += [sql.SQL(f"{option} = ") + sql.SQL(value) for option, value in parts.items() if value]
    multirange = sql.Identifier(declared.schema, declared.multirange)
    options.append(sql.SQL("MULTIRANGE_TYPE_NAME = ") + multirange)
    return StandIn(
        sql.SQL("DROP TYPE IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE TYPE {} AS RANGE ({})").format(name, sql.SQL(", ").join(options)),
    )


KIND = Kind(
    kind="range",
    found_in="pg_type WHERE typtype = 'r' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("subtype", "operator_class", "collation", "subtype_diff"),
)
