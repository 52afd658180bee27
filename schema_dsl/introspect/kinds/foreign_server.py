"""Read foreign servers."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.foreign_options import compose_foreign_options
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.foreign_server import ForeignServer
from schema_dsl.sql import do_block, literal


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
    create = sql.SQL("CREATE SERVER {}{} FOREIGN DATA WRAPPER {}{}").format(
        name, sql.Composed(clauses), sql.Identifier(server.wrapper), compose_foreign_options(server.options)
    )
    # A scratch server lets the owner use the wrappers of extensions, as hosts do; see platforms/host.sql.
    block = _CREATE.format(
        helper="pg_catalog.schema_dsl_create_server",
        statement=literal(create.as_string()),
        wrapper=literal(server.wrapper),
        name=literal(server.name),
    )
    return StandIn(
        sql.SQL("DROP SERVER IF EXISTS {} CASCADE").format(name), sql.Composed([sql.SQL(do_block(block))])
    )


_CREATE: Final = """
IF pg_catalog.to_regproc('{helper}') IS NULL OR pg_catalog.has_foreign_data_wrapper_privilege({wrapper}, 'USAGE') THEN
    EXECUTE {statement};
ELSE
    PERFORM {helper}({statement}, {wrapper}, {name});
END IF;"""


KIND = Kind(
    kind="foreign_server", found_in="pg_foreign_server", build=_build, is_root=True, stand_in=_build_stand_in
)
