"""Read foreign servers."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.foreign_options import compose_foreign_options
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.foreign_server import ForeignServer


def _build(row: CatalogRow, _columns: ColumnNames) -> ForeignServer:
    _, name, _, wrapper, kind, version, options, comment = row
    return ForeignServer(
        name,
        wrapper,
        type=kind,
        version=version,
        options=map(tuple, options or ()),
        comment=comment,
        origin=None,
    )


def _build_stand_in(server: ForeignServer) -> StandIn:
    name = sql.Identifier(server.name)
    clauses = [
        sql.SQL(" {} {}").format(sql.SQL(word), sql.Literal(value))
        for word, value in (("TYPE", server.type), ("VERSION", server.version))
        if value is not None
    ]
    return StandIn(
        sql.SQL("DROP SERVER IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE SERVER {}{} FOREIGN DATA WRAPPER {}{}").format(
            name,
            sql.Composed(clauses),
            sql.Identifier(server.wrapper),
            compose_foreign_options(server.options),
        ),
    )


KIND = Kind(kind="foreign_server", build=_build, is_root=True, stand_in=_build_stand_in)
