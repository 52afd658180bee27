"""A live database, read into a Catalog: one query a kind, however many tables there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import attrs
import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from schema_dsl.collection import collection_paused
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, every_kind
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection

Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]

RELATION: Final = "table"

# An expression is written the same way whoever asks: names with their schema, constants in one style.
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
        ('extra_float_digits', '1')
    ) AS setting (name, value)
"""


@attrs.frozen
class Unsupported:
    """Something about an object that the model has no word for; `text` continues a sentence about it."""

    identity: Identity
    text: str


@attrs.frozen
class Introspection:
    """What is in a database: as objects, and beside them what no object can say.

    A constraint that is not validated reads as the same object as one that is. What it lacks stands in
    `unsupported`, apart from the catalog, so that objects stay comparable with declared ones and nobody who
    reports on a database can overlook it.
    """

    catalog: Catalog
    unsupported: tuple[Unsupported, ...] = ()


@attrs.frozen
class CatalogRelation:
    """A table that was read, under the number by which the queries know it."""

    oid: int
    identity: Identity
    table: Any
    unsupported: str | None
    columns: ColumnNames

    @property
    def place(self) -> tuple[str, str]:
        """Its schema and name."""
        return self.identity.schema, self.identity.name


def introspect(connection: Connection, *, schemas: Sequence[str] | None = None) -> Introspection:
    """Read the tables of a database and all that lives on them.

    Everything is read from one snapshot; inside an open transaction, as that one sees it. What the session has
    set is as before afterwards. The system's schemas, and what belongs to an extension, are left out.

    Args:
        connection: To the database; the role needs no privilege on what it reads.
        schemas: Only these schemas.
    """
    with reading(connection) as cursor:
        relations = read_relations(cursor, schemas)
        found = {each.place: [(each.identity, each.table)] for each in relations}
        unsupported = [Unsupported(each.identity, each.unsupported) for each in relations if each.unsupported]
        for identity, each, more in read_objects(cursor, relations, every_kind().keys() - {RELATION}):
            found[identity.schema, identity.parent].append((identity, each))
            if more:
                unsupported.append(Unsupported(identity, more))
    objects = {identity: each for on_relation in found.values() for identity, each in on_relation}
    return Introspection(Catalog(objects), tuple(unsupported))


def read_relations(cursor: Cursor, schemas: Sequence[str] | None) -> list[CatalogRelation]:
    """Read the tables themselves, within `reading`."""
    kind = every_kind()[RELATION]
    cursor.execute(kind.query, {"schemas": None if schemas is None else list(schemas)})
    relations = []
    for row in cursor.fetchall():
        table = kind.build(row, ())
        identity = Identity(RELATION, table.schema, "", table.name)
        relations.append(CatalogRelation(row[0], identity, table, row[2], row[-1]))
    return relations


def read_objects(
    cursor: Cursor, relations: Iterable[CatalogRelation], wanted: Collection[str]
) -> Iterator[tuple[Identity, Any, str | None]]:
    """Read the objects of some kinds on relations, within `reading`, each with what the model cannot express.

    While one kind's rows are made into objects, the server is at work on the next.
    """
    by_oid = {each.oid: (*each.place, each.columns) for each in relations}
    # As text, the list is a constant of the right type, which Postgres can look up by hashing.
    parameters = {"relations": f"{{{','.join(map(str, by_oid))}}}"}

    def made(kind: Kind, rows: Iterable[CatalogRow]) -> list[tuple[Identity, Any, str | None]]:
        build = kind.build
        objects = []
        for row in rows:
            schema, parent, columns = by_oid[row[0]]
            objects.append((Identity(kind.kind, schema, parent, row[1]), build(row, columns), row[2]))
        return objects

    with ThreadPoolExecutor(max_workers=1) as maker:
        making = [
            maker.submit(made, kind, cursor.execute(kind.query, parameters).fetchall())
            for kind in every_kind().values()
            if kind.kind in wanted
        ]
        for objects in making:
            yield from objects.result()


@contextmanager
def reading(connection: Connection) -> Iterator[Cursor]:
    """Open a transaction, or a savepoint in the one that is open, and undo at its end what was set."""
    alone = connection.info.transaction_status == TransactionStatus.IDLE
    with collection_paused(), connection.transaction(force_rollback=True):
        cursor = connection.cursor(row_factory=tuple_row, binary=True)
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_SETTINGS)
        yield cursor
