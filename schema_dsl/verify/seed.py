"""Rows for a migration to leave alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.row_snapshot import Contents
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.scratch import Scratch, ScratchState

_NULLABLE: Final = """
    SELECT a.attname FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnotnull AND a.attgenerated = ''
"""
_ROWS: Final = 2


@contextmanager
def seeded(scratch: Scratch, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
    """Give a database of one's own in a state, with rows in it, and nobody connected to it.

    Raises:
        PostgresError: If the state cannot be made.
    """
    with scratch.fresh(state, defaults) as database:
        # The role that migrations run as may be bound by policies, and need not own every table.
        with database.connect() as connection:
            seed(connection, scratch.subject.wanted)
        yield database


def seed(connection: Connection, wanted: Catalog) -> None:
    """Put rows into every declared table that is there, some with NULL wherever that is allowed.

    A table that takes no row that the factory can make stays empty; `empty` tells.

    Args:
        connection: As a role that may write everything.
        wanted: What is declared, tables made elsewhere included.
    """
    factory = RowBuilder(connection, wanted)
    for schema, name in wanted.tables:
        known = connection.execute(
            "SELECT to_regclass(format('%%I.%%I', %s::text, %s::text))", [schema, name]
        )
        if known.fetchone() == (None,):
            continue
        nullable = [row[0] for row in connection.execute(_NULLABLE, [schema, name]).fetchall()]
        # A CHECK may ask for a value in columns that may each be NULL.
        for given in (*[{}] * _ROWS, dict.fromkeys(nullable)):
            with contextlib.suppress(RowError):
                factory.row((schema, name), **given)


def empty(wanted: Catalog, rows: Contents) -> list[str]:
    """Say which declared tables hold no row, so that nothing was seen of what becomes of one."""
    return [
        f"no row of {schema}.{name} was there: none could be made"
        for schema, name in wanted.tables
        if f"{schema}.{name}" in rows and not rows[f"{schema}.{name}"].count
    ]
