"""Run prepared catalog queries, which several snapshots of one session share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

import attrs

from schema_dsl.introspect.reading import Cursor, open_catalog_cursor
from schema_dsl.postgres import Connection

PREPARED_PREFIX: Final = "schema_dsl_snapshot"
"""The prefix of the names of prepared statements that snapshots use."""

_PREPARED: Final[WeakKeyDictionary[Connection, set[str]]] = WeakKeyDictionary()


@attrs.frozen
class PreparedSession:
    """A session in a catalog transaction, and the statements that it has prepared.

    Attributes:
        connection: The session.
    """

    connection: Connection
    _cursor: Cursor
    _prepared: set[str]

    def fetch(self, name: str, query: str, *oids: Iterable[int]) -> list[tuple[Any, ...]]:
        """Return the rows of a query, which is prepared on first use.

        Args:
            name: A name for the query.
            query: The query, whose parameters are lists of oids.
            oids: The parameters.
        """
        if name not in self._prepared:
            types = f" ({', '.join(['oid[]'] * len(oids))})" if oids else ""
            self._cursor.execute(f"PREPARE {PREPARED_PREFIX}_{name}{types} AS {query}".encode())
            self._prepared.add(name)
        values = ", ".join(f"'{{{','.join(map(str, each))}}}'" for each in oids)
        parameters = f" ({values})" if oids else ""
        return self._cursor.execute(f"EXECUTE {PREPARED_PREFIX}_{name}{parameters}".encode()).fetchall()


@contextmanager
def open_prepared(connection: Connection) -> Iterator[PreparedSession]:
    """Begin a catalog transaction, as `open_catalog_cursor` does."""
    with open_catalog_cursor(connection) as cursor:
        yield prepare_in(connection, cursor)


def prepare_in(connection: Connection, cursor: Cursor) -> PreparedSession:
    """Return the prepared session of a catalog transaction."""
    # To plan such a query takes longer than to run it. psycopg cannot prepare it: after a ROLLBACK, psycopg drops all
    # statements that it prepared, and ours with them.
    connection.prepare_threshold = None
    return PreparedSession(connection, cursor, _PREPARED.setdefault(connection, set()))


def forget_prepared(connection: Connection) -> None:
    """Forget the statements of a session, which it has dropped."""
    _PREPARED.pop(connection, None)
