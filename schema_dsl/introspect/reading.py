"""A live database, read into a Catalog: one query a kind, however many tables there are."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import attrs
import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from schema_dsl.introspect.kind import every_kind
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection

_RELATION: Final = "table"

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


def introspect(connection: Connection, *, schemas: Sequence[str] | None = None) -> Introspection:
    """Read the tables of a database and all that lives on them.

    Everything is read from one snapshot. Inside an open transaction that is the transaction's own; what it
    has set is as before afterwards. The system's schemas, and what belongs to an extension, are left out.

    Args:
        connection: To the database; the role needs no privilege on what it reads.
        schemas: Only these schemas.
    """
    with _snapshot(connection) as cursor, _collection_paused():
        return read(cursor, schemas)


def read(cursor: psycopg.Cursor[tuple[Any, ...]], schemas: Sequence[str] | None) -> Introspection:
    """Read within a transaction whose settings are those of `introspect`."""
    kinds = every_kind()
    relations = kinds[_RELATION]
    cursor.execute(relations.query, {"schemas": None if schemas is None else list(schemas)})
    names: dict[int, tuple[str, str]] = {}
    found: dict[int, list[tuple[Identity, Any]]] = {}
    unsupported: list[Unsupported] = []
    for row in cursor.fetchall():
        table = relations.build(row)
        identity = Identity(_RELATION, table.schema, "", table.name)
        names[row[0]] = (table.schema, table.name)
        found[row[0]] = [(identity, table)]
        if row[2]:
            unsupported.append(Unsupported(identity, row[2]))
    for kind, rows in _rows(cursor.connection, names):
        build = kinds[kind].build
        for row in rows:
            schema, parent = names[row[0]]
            identity = Identity(kind, schema, parent, row[1])
            found[row[0]].append((identity, build(row)))
            if row[2]:
                unsupported.append(Unsupported(identity, row[2]))
    objects = {identity: each for on_relation in found.values() for identity, each in on_relation}
    return Introspection(Catalog(objects), tuple(unsupported))


def _rows(connection: psycopg.Connection[Any], relations: Mapping[int, Any]) -> Iterator[tuple[str, Any]]:
    """Ask for all at once: while one kind's rows are made into objects, the server is at work on the next."""
    # As text, the list is a constant of the right type, which Postgres can look up by hashing.
    parameters = {"relations": f"{{{','.join(map(str, relations))}}}"}
    with connection.pipeline():
        cursors = []
        for kind in every_kind().values():
            if kind.kind != _RELATION:
                cursor = connection.cursor(row_factory=tuple_row, binary=True)
                cursors.append((kind.kind, cursor.execute(kind.query, parameters)))
        for name, cursor in cursors:
            yield name, cursor.fetchall()


@contextmanager
def _snapshot(connection: Connection) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Open a transaction, or a savepoint in the one that is open, and undo at its end what was set."""
    alone = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction(force_rollback=True):
        cursor = connection.cursor(row_factory=tuple_row, binary=True)
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_SETTINGS)
        yield cursor


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Stop the garbage collector, which would look through so many objects again and again for nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
