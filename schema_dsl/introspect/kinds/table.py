"""Read tables."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.model.table import ReplicaIdentity, Table

_REPLICA_IDENTITY: Final[dict[str, ReplicaIdentity]] = {"f": "full", "n": "nothing"}


def _build(row: CatalogRow, _columns: ColumnNames) -> Table:
    _, name, _, schema, row_security, force_row_security, comment, persistence, parameters, identity, _ = row
    return Table(
        name,
        schema=schema,
        row_security=row_security,
        force_row_security=force_row_security,
        unlogged=persistence == "u",
        parameters=build_settings(parameters),
        replica_identity=_REPLICA_IDENTITY.get(identity),
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="table", build=_build, is_root=True, is_relation=True)
