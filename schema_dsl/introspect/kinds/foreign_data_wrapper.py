"""Read foreign-data wrappers."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.foreign_options import compose_foreign_options
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.foreign_data_wrapper import ForeignDataWrapper


def _build(row: CatalogRow, _columns: ColumnNames) -> ForeignDataWrapper:
    _, name, _, handler, validator, options, comment = row
    return ForeignDataWrapper(
        name,
        handler=handler,
        validator=validator,
        options=map(tuple, options or ()),
        comment=comment,
        origin=None,
    )


def _build_stand_in(wrapper: ForeignDataWrapper) -> StandIn:
    name = sql.Identifier(wrapper.name)
    handler = f"HANDLER {wrapper.handler}" if wrapper.handler else "NO HANDLER"
    validator = f"VALIDATOR {wrapper.validator}" if wrapper.validator else "NO VALIDATOR"
    return StandIn(
        sql.SQL("DROP FOREIGN DATA WRAPPER IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE FOREIGN DATA WRAPPER {} {} {}{}").format(
            name, sql.SQL(handler), sql.SQL(validator), compose_foreign_options(wrapper.options)
        ),
    )


KIND = Kind(
    kind="foreign_data_wrapper",
    found_in="pg_foreign_data_wrapper",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("handler", "validator"),
)
