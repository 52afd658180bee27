"""Rows and people to try a table's access with."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.fixture_rows import FixtureRows, FixtureTable, columns_of, read_rows
from schema_dsl.verify.access.identities import TestIdentities
from schema_dsl.verify.rows import RowBuilder


def make_sample(connection: Connection, table: Table, platform: Platform, wanted: Catalog) -> FixtureRows:
    """Make rows for a stage: in an open transaction, with what they refer to, and out of the table again.

    Raises:
        PostgresError: If no row, or no owner of one, can be made.
    """
    factory = RowBuilder(connection, wanted)
    own = table.access.own if table.access is not None else None
    maker = TestIdentities(connection, factory, platform, wanted)
    people = [maker.make(table, own) for _ in range(3)] if own is not None else []
    columns = columns_of(connection, table)
    stage = FixtureTable(connection, table, columns, FixtureRows(rows=()))
    rows: list[dict[str, str | None]] = []
    givens: Sequence[dict[str, object]] = [{own: person.value} for person in people[:2]] if own else [{}]
    for given in givens:
        stage.set()
        factory.row((table.schema, table.name), **given)
        rows += read_rows(connection, table, columns)
        stage.set()
    return FixtureRows(rows=rows, people=people)
