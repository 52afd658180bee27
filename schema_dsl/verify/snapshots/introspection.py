"""Introspect a database, but not again the relations that an earlier introspection has read in the same state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

import attrs
from psycopg import errors

from schema_dsl.introspect import Introspection, introspect
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.reading import CatalogRelation, Cursor, RelationPart, read_objects
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.snapshots.prepared import forget_prepared, prepare_in
from schema_dsl.verify.snapshots.relations import KnownRelations, read_relations


def introspect_changed(connection: Connection, *, like: Catalog | None = None) -> Introspection:
    """Read the objects of a database as `introspect` does; a relation in a known state keeps its objects.

    Args:
        connection: A connection to the database, in which prepared statements stay.
        like: A catalog to compare with, as in `introspect`.
    """
    kinds = load_kinds()
    requested = frozenset(
        identity.kind
        for identity in (like.objects if like is not None else ())
        if kinds[identity.kind].on_request
    )

    def read_parts(
        cursor: Cursor, relations: Sequence[CatalogRelation], wanted: Collection[str]
    ) -> tuple[Sequence[CatalogRelation], Iterable[RelationPart]]:
        return _read_changed(connection, cursor, relations, wanted, _remember_states(requested))

    try:
        return introspect(connection, like=like, read_parts=read_parts)
    except errors.InvalidSqlStatementName:
        # DEALLOCATE ALL and DISCARD ALL drop the prepared statements.
        forget_prepared(connection)
        return introspect(connection, like=like, read_parts=read_parts)


@attrs.frozen
class _RelationWithParts:
    """A relation, None if the model has none of the kind, and the objects on it."""

    relation: CatalogRelation | None = None
    parts: Sequence[RelationPart] = ()


@cache
def _remember_states(requested: frozenset[str]) -> list[KnownRelations[_RelationWithParts]]:
    """Return the known states for a choice of kinds that are read on request."""
    del requested
    return []


def _read_changed(
    connection: Connection,
    cursor: Cursor,
    relations: Sequence[CatalogRelation],
    wanted: Collection[str],
    memory: list[KnownRelations[_RelationWithParts]],
) -> tuple[Sequence[CatalogRelation], Iterable[RelationPart]]:
    by_oid = {relation.oid: relation for relation in relations}

    def read(oids: Iterable[int]) -> list[tuple[Any, ...]]:
        stale = [by_oid[oid] for oid in oids if oid in by_oid]
        numbers = {id(relation.identity): relation.oid for relation in stale}
        return [
            *((relation, relation.oid) for relation in stale),
            *((part, numbers[id(part[0].parent)]) for part in read_objects(cursor, stale, wanted)),
        ]

    def convert(rows: Sequence[tuple[Any, ...]]) -> _RelationWithParts:
        return (
            _RelationWithParts(rows[0][0], [part for part, _ in rows[1:]]) if rows else _RelationWithParts()
        )

    known = read_relations(prepare_in(connection, cursor), read, convert, memory)
    found, parts = list[CatalogRelation](), list[RelationPart]()
    for relation in relations:
        former = known[relation.oid].relation
        if former is None or former.identity != relation.identity:
            return relations, read_objects(cursor, relations, wanted)
        # The properties of the relations themselves are read each time.
        found.append(former if former == relation else attrs.evolve(relation, identity=former.identity))
        parts += known[relation.oid].parts
    return found, parts
