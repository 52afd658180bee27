"""Read tables."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.model.partition import PartitionKey
from schema_dsl.model.table import ReplicaIdentity, Table
from schema_dsl.sql import Sql

_REPLICA_IDENTITY: Final[dict[str, ReplicaIdentity]] = {"f": "full", "n": "nothing"}


def _build(row: CatalogRow, _columns: ColumnNames) -> Table:
    _, name, _, schema, row_security, force_row_security, comment, persistence, parameters, *more = row
    replica_identity, parents, key, parent, bound, _ = more
    return Table(
        name,
        schema=schema,
        row_security=row_security,
        force_row_security=force_row_security,
        unlogged=persistence == "u",
        parameters=build_settings(parameters),
        replica_identity=_REPLICA_IDENTITY.get(replica_identity),
        inherits=[Identity("table", *each) for each in parents],
        partition_by=None if key is None else PartitionKey(Sql(key)),
        partition_of=None if parent is None else Identity("table", *parent),
        bound=None if bound is None else Sql(bound),
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="table", build=_build, is_root=True, is_relation=True)
