"""Insert fixture rows that a migration must not change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.row_snapshot import RowSnapshot
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.scratch import Scratch, ScratchState

_NULLABLE: Final = """
    SELECT a.attname FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnotnull AND a.attgenerated = ''
"""
_ROWS: Final = 2


@contextmanager
def seeded_database(scratch: Scratch, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
    """Yield a new database in a state, with fixture rows and without open connections.

    Raises:
        PostgresError: If the state cannot be created.
    """
    with scratch.fresh(state, defaults) as database:
        # The role that applies migrations may be subject to policies and may not own every table.
        with database.connect() as connection:
            seed(connection, scratch.subject.wanted)
        yield database


def seed(connection: Connection, wanted: Catalog) -> None:
    """Insert rows into every declared table that exists, including rows with NULL in all nullable columns.

    A table stays empty if no generated row fits; `describe_empty_tables` lists such tables.

    Args:
        connection: A session of a role that may write to every table.
        wanted: The declared state, including existing tables.
    """
    factory = RowBuilder(connection, wanted)
    for schema, name in wanted.tables:
        known = connection.execute(
            "SELECT to_regclass(format('%%I.%%I', %s::text, %s::text))", [schema, name]
        )
        if known.fetchone() == (None,):
            continue
        nullable = [row[0] for row in connection.execute(_NULLABLE, [schema, name]).fetchall()]
        # A CHECK constraint may reject NULL in a combination of nullable columns.
        for given in (*[{}] * _ROWS, dict.fromkeys(nullable)):
            with contextlib.suppress(RowError):
                factory.insert_row((schema, name), **given)


def describe_empty_tables(wanted: Catalog, rows: RowSnapshot) -> list[str]:
    """Return a note for every declared table without rows, because the proof covers no rows of the table."""
    return [
        f"no fixture row fits {schema}.{name}, so no rows of this table were tried"
        for schema, name in wanted.tables
        if f"{schema}.{name}" in rows and not rows[f"{schema}.{name}"].count
    ]
