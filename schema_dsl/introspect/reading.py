"""Read a database into a Catalog, with one query for every kind of object."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeAlias

import attrs
import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from schema_dsl.analysis.identity import Identity
from schema_dsl.collection import collection_paused
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, load_kinds
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.foreign_options import REFERENCE_NAMES, SENSITIVE_NAMES
from schema_dsl.model.schema import PUBLIC_SCHEMA
from schema_dsl.postgres import Connection

Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]

RELATION: Final = "table"

# Settings that affect how Postgres writes expressions: names with their schema, constants in a fixed style. The
# last three affect plans: the statistics of catalogs are usually missing or old, so that Postgres expects one row where
# there are thousands, and chooses nested loops that compare every row with every other. To search for an order of the
# joins takes an eighth of the time on a small database, and the order of the text is as good on a large one.
_SETTINGS: Final = """
    SELECT set_config(name, value, true)
    FROM (VALUES
        ('search_path', ''),
        ('quote_all_identifiers', 'off'),
        ('standard_conforming_strings', 'on'),
        ('bytea_output', 'hex'),
        ('datestyle', 'ISO, YMD'),
        ('intervalstyle', 'postgres'),
        ('timezone', 'UTC'),
        ('extra_float_digits', '1'),
        ('enable_nestloop', 'off'),
        ('join_collapse_limit', '1'),
        ('jit', 'off'),
        ('max_parallel_workers_per_gather', '0')
    ) AS setting (name, value)
"""


@attrs.frozen
class Unsupported:
    """A property of an object that the model cannot express.

    Attributes:
        identity: The object.
        text: The predicate of a sentence about the object, such as "is not validated".
    """

    identity: Identity
    text: str

    @property
    def is_unread(self) -> bool:
        """Return whether the role may not read the property, so that a change of it is not noticed."""
        return self.text.endswith("that only a superuser reads")


@attrs.frozen
class Introspection:
    """The contents of a database.

    Attributes:
        catalog: The objects, comparable with declared objects.
        unsupported: The properties that the objects cannot express, such as a constraint that is not validated.
    """

    catalog: Catalog
    unsupported: tuple[Unsupported, ...] = ()


@attrs.frozen
class CatalogRelation:
    """A relation with parts, such as a table or a view, as `read_relations` reads it.

    Attributes:
        oid: The oid of the relation.
        identity: The identity of the relation.
        item: The relation in the classes of the model.
        unsupported: The properties that the model cannot express; empty or None if there are none.
        columns: The names of the columns, ordered by attnum.
    """

    oid: int
    identity: Identity
    item: Any
    unsupported: str | None
    columns: ColumnNames

    @property
    def qualified_name(self) -> tuple[str, str]:
        """The schema and name of the relation."""
        return self.identity.schema, self.identity.name


RelationPart: TypeAlias = tuple[Identity, Any, str | None]
"""An object on a relation: the identity, the object, and the properties that the model cannot express."""

PartReader: TypeAlias = Callable[
    [Cursor, Sequence[CatalogRelation], Collection[str]],
    tuple[Sequence[CatalogRelation], Iterable[RelationPart]],
]
"""Reads the objects of some kinds on relations. It returns the relations, or equal ones, and their objects."""


def introspect(
    connection: Connection,
    *,
    schemas: Sequence[str] | None = None,
    like: Catalog | None = None,
    read_parts: PartReader | None = None,
) -> Introspection:
    """Read the objects of all kinds of the model from a database.

    All queries see the same snapshot; in an open transaction, the snapshot of that transaction. The settings of
    the session are restored. System schemas and the tables of extensions are not read.

    Args:
        connection: A connection to the database. The role needs no privileges on the tables.
        schemas: The schemas to read; None for all schemas.
        like: A catalog to compare with. Objects such as owners, which every object has, and the schema public, which
            every database has, are read only if it has some; roles, which belong to the server, only if it has them.
        read_parts: Reads the objects on relations; None to read all of them from the database.
    """
    with open_catalog_cursor(connection) as cursor:
        present = _list_present_kinds(cursor)
        wanted = _list_part_kinds(like) & present
        without_parts = {name for name in present if not load_kinds()[name].is_relation}
        others = [
            root
            for root in read_roots(cursor, schemas, without_parts, like)
            if root[0] != PUBLIC_SCHEMA or (like is not None and PUBLIC_SCHEMA in like.objects)
        ]
        relations: Sequence[CatalogRelation] = read_relations(cursor, schemas, present)
        roots = {identity for identity, _, _ in others}
        roots |= {relation.identity for relation in relations if relation.identity.kind != RELATION}
        others += read_parts_of_roots(cursor, roots, wanted)
        if read_parts is None:
            parts: Iterable[RelationPart] = read_objects(cursor, relations, wanted)
        else:
            relations, parts = read_parts(cursor, relations, wanted)
        # A part and its relation share the identity of the relation: its id is a cheaper key.
        by_relation: dict[int, list[tuple[Identity, Any, str | None]]] = {
            id(relation.identity): [(relation.identity, relation.item, relation.unsupported)]
            for relation in relations
        }
        unsupported = [
            Unsupported(relation.identity, relation.unsupported)
            for relation in relations
            if relation.unsupported
        ]
        for found in parts:
            by_relation[id(found[0].parent)].append(found)
            if found[2]:
                unsupported.append(Unsupported(found[0], found[2]))
    objects = {identity: item for of_relation in by_relation.values() for identity, item, _ in of_relation}
    objects |= {identity: item for identity, item, _ in others}
    unsupported += [Unsupported(identity, properties) for identity, _, properties in others if properties]
    return Introspection(Catalog(objects, is_complete=True), tuple(unsupported))


def _list_present_kinds(cursor: Cursor) -> frozenset[str]:
    """Return the kinds of which the database may have objects: to plan the queries of the others takes long."""
    places = {name: kind.found_in for name, kind in load_kinds().items() if kind.found_in}
    conditions = (f"EXISTS (SELECT FROM {place})" for place in places.values())
    row = cursor.execute(f"SELECT {', '.join(conditions)}").fetchall()[0]
    return frozenset(load_kinds()) - {name for name, found in zip(places, row, strict=True) if not found}


def _list_part_kinds(like: Catalog | None) -> frozenset[str]:
    requested = {identity.kind for identity in like.objects} if like is not None else set[str]()
    return frozenset(
        name
        for name, kind in load_kinds().items()
        if not kind.is_root and (name in requested or not kind.on_request)
    )


def read_roots(
    cursor: Cursor, schemas: Sequence[str] | None, wanted: Collection[str], like: Catalog | None = None
) -> Iterator[tuple[Identity, Any, str | None]]:
    """Read the objects that are neither tables nor parts of tables, with a cursor from `open_catalog_cursor`.

    Args:
        cursor: The cursor.
        schemas: The schemas to read; None for all schemas.
        wanted: The names of the kinds.
        like: A catalog that has the objects to read of the kinds that are read on request.

    Yields:
        The identity, the object, and the properties that the model cannot express (empty or None if none).
    """
    for kind in load_kinds().values():
        if kind.is_root and kind.kind != RELATION and kind.kind in wanted:
            names = (
                [each.name for each in like.of_kind(kind.kind)]
                if kind.on_request and like is not None
                else []
            )
            for row in _read_rows(cursor, kind, schemas, names) if names or not kind.on_request else ():
                item = kind.build(row, ())
                yield item.identity, item, row[2]


def read_parts_of_roots(
    cursor: Cursor, roots: Collection[Identity], wanted: Collection[str]
) -> Iterator[tuple[Identity, Any, str | None]]:
    """Read the parts of objects that `read_roots` read, such as their privileges, in the same form."""
    for kind in load_kinds().values():
        if roots and kind.kind in wanted and kind.build_part is not None:
            for row in cursor.execute(kind.query_of_roots).fetchall():
                identity, item = kind.build_part(row)
                if identity.root in roots:
                    yield identity, item, row[2]


def read_relations(
    cursor: Cursor, schemas: Sequence[str] | None, wanted: Collection[str] | None = None
) -> list[CatalogRelation]:
    """Read the relations that have parts, with a cursor from `open_catalog_cursor`; of some kinds, or of all."""
    relations = []
    for kind in load_kinds().values():
        is_wanted = kind.is_relation and (wanted is None or kind.kind in wanted)
        for row in _read_rows(cursor, kind, schemas) if is_wanted else ():
            item = kind.build(row, ())
            relations.append(CatalogRelation(row[0], item.identity, item, row[2], row[-1]))
    return relations


def _read_rows(
    cursor: Cursor, kind: Kind, schemas: Sequence[str] | None, names: Sequence[str] = ()
) -> list[CatalogRow]:
    parameters = {
        "schemas": None if schemas is None else list(schemas),
        "names": list(names),
        "secret_names": SENSITIVE_NAMES,
        "reference_names": REFERENCE_NAMES,
    }
    return cursor.execute(kind.query, parameters).fetchall()


def read_objects(
    cursor: Cursor, relations: Iterable[CatalogRelation], wanted: Collection[str]
) -> Iterator[tuple[Identity, Any, str | None]]:
    """Read the objects of some kinds on relations, with a cursor from `open_catalog_cursor`.

    A second thread builds the objects of one kind while the server runs the query of the next kind.

    Args:
        cursor: The cursor.
        relations: The relations.
        wanted: The names of the kinds.

    Yields:
        The identity, the object, and the properties that the model cannot express (empty or None if none).
    """
    by_oid = {relation.oid: (relation.identity, relation.columns) for relation in relations}

    @cache
    def list_relations(kinds: frozenset[str]) -> str:
        # Passed as text, the list becomes an array constant of the right type, for which Postgres can hash = ANY.
        return f"{{{','.join(str(oid) for oid, (identity, _) in by_oid.items() if identity.kind in kinds)}}}"

    def query(kind: Kind) -> list[CatalogRow]:
        return cursor.execute(kind.query, {"relations": list_relations(kind.relations)}).fetchall()

    def build_objects(kind: Kind, rows: Iterable[CatalogRow]) -> list[tuple[Identity, Any, str | None]]:
        build = kind.build
        objects = []
        for row in rows:
            parent, columns = by_oid[row[0]]
            identity = Identity(kind.kind, parent.schema, row[1], parent=parent)
            objects.append((identity, build(row, columns), row[2]))
        return objects

    with ThreadPoolExecutor(max_workers=1) as executor:
        futures = [
            executor.submit(build_objects, kind, query(kind))
            for kind in load_kinds().values()
            if kind.kind in wanted
        ]
        for future in futures:
            yield from future.result()


@contextmanager
def open_catalog_cursor(connection: Connection) -> Iterator[Cursor]:
    """Open a cursor for catalog queries in a transaction or savepoint, which is rolled back with its settings."""
    starts_transaction = connection.info.transaction_status == TransactionStatus.IDLE
    with collection_paused(), connection.transaction(force_rollback=True):
        cursor = connection.cursor(row_factory=tuple_row, binary=True)
        if starts_transaction:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_SETTINGS)
        yield cursor
