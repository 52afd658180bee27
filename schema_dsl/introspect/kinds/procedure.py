"""Read procedures."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.introspect.routine import build_arguments, build_stand_in
from schema_dsl.model.procedure import Procedure
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> Procedure:
    _, name, _, schema, *parts = row
    types, names, modes, defaults, _, body, language, _, _, security_definer, *options = parts
    settings, comment = options[-2:]
    return Procedure(
        name,
        schema=schema,
        arguments=build_arguments(types, names, modes, defaults),
        body=Sql(body),
        language=language,
        security_definer=security_definer,
        set=build_settings(settings),
        comment=comment,
        origin=None,
    )


KIND = Kind(
    kind="procedure",
    found_in="pg_proc WHERE prokind = 'p' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=build_stand_in,
    rewritten=("arguments", "body", "language", "set"),
)
