"""Read sequences."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.reference import Reference
from schema_dsl.model.sequence import Sequence


def _build(row: CatalogRow, _columns: ColumnNames) -> Sequence:
    _, name, _, schema, kind, increment, smallest, largest, start, cache, cycle, unlogged, owner, comment = (
        row
    )
    return Sequence(
        name,
        type=kind,
        increment=increment,
        minimum=smallest,
        maximum=largest,
        start=start,
        cache=cache,
        cycle=cycle,
        owned_by=None if owner is None else Reference(owner[1], owner[2], schema=owner[0]),
        unlogged=unlogged,
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(sequence: Sequence) -> StandIn:
    # Other objects need nothing but the name.
    name = sql.Identifier(sequence.schema, sequence.name)
    return StandIn(None, sql.SQL("CREATE SEQUENCE IF NOT EXISTS {}").format(name))


KIND = Kind(kind="sequence", found_in="pg_sequence", build=_build, is_root=True, stand_in=_build_stand_in)
