"""Rows for a migration to leave alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.rows import RowError, RowFactory
from schema_dsl.verify.scratch import Scratch, State

_NULLABLE: Final = """
    SELECT a.attname FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnotnull AND a.attgenerated = ''
"""
_ROWS: Final = 2


@contextmanager
def seeded(scratch: Scratch, state: State, defaults: str | None = None) -> Iterator[Database]:
    """Give a database of one's own in a state, with rows in it, and nobody connected to it.

    Raises:
        PostgresError: If the state cannot be made, or a table takes no row that the factory can make.
    """
    with scratch.fresh(state, defaults) as database:
        # The role that migrations run as may be bound by policies, and need not own every table.
        with database.connect() as connection:
            seed(connection, scratch.subject.wanted)
        yield database


def seed(connection: Connection, wanted: Catalog) -> int:
    """Put rows into every declared table that is there, some with NULL wherever that is allowed; say how many.

    Args:
        connection: As a role that may write everything.
        wanted: What is declared, tables made elsewhere included.

    Raises:
        RowError: If a table takes no row that the factory can make.
    """
    factory = RowFactory(connection, wanted)
    made = 0
    for schema, name in wanted.tables:
        known = connection.execute(
            "SELECT to_regclass(format('%%I.%%I', %s::text, %s::text))", [schema, name]
        )
        if known.fetchone() == (None,):
            continue
        nullable = [row[0] for row in connection.execute(_NULLABLE, [schema, name]).fetchall()]
        for _ in range(_ROWS):
            factory.row((schema, name))
            made += 1
        # A CHECK may ask for a value in columns that may each be NULL.
        with contextlib.suppress(RowError):
            factory.row((schema, name), **dict.fromkeys(nullable))
            made += 1
    return made
