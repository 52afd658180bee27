"""Build fixture rows and test identities for a table."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.fixture_rows import FixtureRows, FixtureTable, read_columns, read_rows
from schema_dsl.verify.access.identities import TestIdentities
from schema_dsl.verify.rows import RowBuilder


def build_fixture_rows(
    connection: Connection, table: Table, platform: Platform, wanted: Catalog
) -> FixtureRows:
    """Build fixture rows in an open transaction, insert the rows that they reference, and empty the table.

    Raises:
        PostgresError: If no row or no owner of a row can be built.
    """
    factory = RowBuilder(connection, wanted)
    own = table.access.own if table.access is not None else None
    test_identities = TestIdentities(connection, factory, platform, wanted)
    identities = [test_identities.create_identity(table, own) for _ in range(3)] if own is not None else []
    columns = read_columns(connection, table)
    fixture = FixtureTable(connection, table, columns, FixtureRows(rows=()))
    rows: list[dict[str, str | None]] = []
    owner_values: Sequence[dict[str, object]] = (
        [{own: identity.value} for identity in identities[:2]] if own else [{}]
    )
    for given in owner_values:
        fixture.empty()
        factory.insert_row((table.schema, table.name), **given)
        rows += read_rows(connection, table, columns)
        fixture.empty()
    return FixtureRows(rows=rows, identities=identities)
