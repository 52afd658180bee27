"""Tests on a server that a virtual generated column keeps its values when it becomes a plain one."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Column, Table, View, bigint, integer, sql, text
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan

DOUBLE = Column("b b", integer, generated=sql("a * 2"), virtual=True)


def declare(*columns: Any) -> Catalog:
    """Declare a table with a view on its last column."""
    shown = View("shown", f'SELECT "{columns[-1].name}" FROM "t t"')
    return build_catalog([Table("t t", columns=columns), shown])


@pytest.fixture(autouse=True)
def _skip(world: World) -> None:
    if world.connection.info.server_version < 180000:
        pytest.skip("virtual generated columns exist since Postgres 18")


def fill(world: World) -> Catalog:
    """Create the table with two rows."""
    before = declare(Column("a", integer), DOUBLE)
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute(b'INSERT INTO "t t" (a) VALUES (1), (2)')
    return before


@pytest.mark.parametrize(
    "column",
    [
        Column("b b", integer),
        Column("b b", bigint, not_null=True, default=7),
        Column("b b", text, default="x"),
    ],
)
def test_kept(world: World, column: Column) -> None:
    """The values stay, also where a second run finds others."""
    before, after = fill(world), declare(Column("a", integer), column)
    change = plan(before, after)
    world.carry_out(change, after)
    rows = world.connection.execute(b'SELECT "b b"::text FROM shown ORDER BY 1').fetchall()
    assert [("2",), ("4",)] == rows
    state = world.state()
    world.connection.execute(b'UPDATE "t t" SET "b b" = 5')
    world.carry_out(change, after)
    assert state == world.state()
    assert [("5",), ("5",)] == world.connection.execute(b'SELECT "b b"::text FROM shown').fetchall()


def test_of_a_dropped_column(world: World) -> None:
    """Values that a dropped column gives stop the migration with the number of rows, unless their loss is allowed."""
    before, after = fill(world), declare(Column("b b", integer))
    world.connection.execute(b'INSERT INTO "t t" DEFAULT VALUES')
    change = plan(before, after)
    state = world.state()
    with pytest.raises(
        psycopg.errors.ObjectNotInPrerequisiteState, match=r'"b b" of public."t t" because .* \(rows: 2\)'
    ):
        world.carry_out(change, after)
    world.connection.execute(b"RESET ALL")
    assert state == world.state()
    world.connection.execute(b"SET schema_dsl.allow_data_loss = 'on'")
    world.carry_out(change, after)
    assert [(None,)] * 3 == world.connection.execute(b"SELECT * FROM shown").fetchall()
