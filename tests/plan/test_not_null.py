"""Tests on a server that a column becomes NOT NULL over rows with NULL, or says how many of them stop it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fixtures_plans import HEADER, World

from schema_dsl import Column, Table, bigint, integer, sql
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan
from schema_dsl.render import render


def parcels(*, force: bool = False, **weight: Any) -> Catalog:
    """Declare a table with a column that may become NOT NULL, and forced row level security or none."""
    columns = [Column("id", bigint, primary_key=True), Column("Weight", integer, **weight)]
    return build_catalog([Table("parcels", columns=columns, row_security=force, force_row_security=force)])


def weights(world: World) -> list[Any]:
    """Return the values of the column as a role that sees all rows."""
    world.connection.execute(b"ALTER TABLE parcels NO FORCE ROW LEVEL SECURITY")
    rows = world.connection.execute(b'SELECT "Weight" FROM parcels ORDER BY id').fetchall()
    return [row[0] for row in rows]


def fill(world: World, before: Catalog, *values: Any) -> None:
    """Create the table and insert rows."""
    world.carry_out(plan(Catalog(), before), before)
    force = next(iter(before.tables.values())).force_row_security
    world.connection.execute(b"ALTER TABLE parcels NO FORCE ROW LEVEL SECURITY")
    for number, value in enumerate(values):
        world.connection.execute("INSERT INTO parcels VALUES (%s, %s)", [number, value])
    if force:
        world.connection.execute(b"ALTER TABLE parcels FORCE ROW LEVEL SECURITY")


@pytest.mark.parametrize("force", [False, True])
class TestRows:
    """Rows with NULL stop the migration before it changes anything, or are filled."""

    def test_stopped_with_their_number(self, world: World, force: bool) -> None:  # noqa: FBT001
        """Without backfill=, the migration says how many rows stop it, and changes nothing."""
        before, after = parcels(force=force), parcels(force=force, not_null=True)
        fill(world, before, 1, None, None)
        state = world.state()
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"is NULL \(rows: 2\)"):
            world.carry_out(plan(before, after), after)
        assert state == world.state()
        assert [1, None, None] == weights(world)

    def test_filled(self, world: World, force: bool) -> None:  # noqa: FBT001
        """With backfill=, the rows get the value once, and only the column's NOT NULL is new."""
        before = parcels(force=force)
        after = parcels(force=force, not_null=True, backfill=sql("id * 10"))
        fill(world, before, 1, None, None)
        for _ in range(2):
            world.carry_out(plan(before, after), after)
        (column,) = [row for row in world.state()["columns"] if row[1] == "Weight"]
        assert column[3]
        assert ["parcels_pkey"] == [row[1] for row in world.state()["constraints"]]
        assert [(force, force)] == [row[1:3] for row in world.state()["tables"]]
        assert [1, 10, 20] == weights(world)


class TestStatements:
    """The table is scanned under a lock that lets reads and writes through."""

    def test_scan_is_the_validation(self, world: World) -> None:
        """Only VALIDATE CONSTRAINT scans, and SET NOT NULL runs while the check still proves it."""
        before, after = parcels(), parcels(not_null=True, backfill=0)
        planned = plan(before, after)
        assert [
            "column/backfill",
            "column/add_not_null_check",
            "validate",
            "column/set_not_null",
        ] == [step.template for step in planned.steps]
        assert ["validate"] == [
            step.template for step in planned.steps if any(hazard.scans for hazard in step.hazards)
        ]
        fill(world, before, None)
        world.connection.execute(b"SET client_min_messages = debug1")
        told: list[str] = []
        world.connection.add_notice_handler(lambda diagnostic: told.append(diagnostic.message_primary or ""))
        world.run(render(planned, after, HEADER))
        assert any("sufficient to prove that it does not contain nulls" in text for text in told)

    def test_backfill_needs_not_null(self) -> None:
        """backfill= on a column that may be NULL is an error of the definitions."""
        with pytest.raises(DefinitionError, match="Add not_null=True"):
            Column("weight", integer, backfill=0)

    def test_no_state(self) -> None:
        """backfill= alone is no change, and no part of the fingerprint."""
        assert not plan(parcels(not_null=True), parcels(not_null=True, backfill=0))
