"""Rows and people to try a table's access with."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.people import People
from schema_dsl.verify.access.stage import Sample, Stage, columns_of, read_rows
from schema_dsl.verify.rows import RowFactory


def make_sample(connection: Connection, table: Table, platform: Platform, wanted: Catalog) -> Sample:
    """Make rows for a stage: in an open transaction, with what they refer to, and out of the table again.

    Raises:
        PostgresError: If no row, or no owner of one, can be made.
    """
    factory = RowFactory(connection, wanted)
    own = table.access.own if table.access is not None else None
    maker = People(connection, factory, platform, wanted)
    people = [maker.make(table, own) for _ in range(3)] if own is not None else []
    columns = columns_of(connection, table)
    stage = Stage(connection, table, columns, Sample(rows=()))
    rows: list[dict[str, str | None]] = []
    givens: Sequence[dict[str, object]] = [{own: person.value} for person in people[:2]] if own else [{}]
    for given in givens:
        stage.set()
        factory.row((table.schema, table.name), **given)
        rows += read_rows(connection, table, columns)
        stage.set()
    return Sample(rows=rows, people=people)
