"""Tests on a server that a column becomes NOT NULL over rows with NULL, or says how many of them stop it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fixtures_plans import HEADER, World

from schema_dsl import Column, Table, Type, at_least, bigint, integer, sql, text
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan import choose_steps, plan, split_into_files
from schema_dsl.render import render
from schema_dsl.render.data_loss_guard import list_losses
from schema_dsl.runner import RUNNERS


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
            "column/add_not_null_check",
            "backfill",
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


class TestBatches:
    """Outside of a transaction block, the rows are filled in batches."""

    @pytest.mark.parametrize("force", [False, True])
    def test_filled(self, world: World, force: bool) -> None:  # noqa: FBT001
        """All rows are filled, also those that other sessions move, and a second run fills nothing."""
        before = parcels(force=force)
        after = parcels(force=force, not_null=True, backfill=sql("id * 10"))
        fill(world, before, 1, None, None)
        online = choose_steps(plan(before, after), RUNNERS["psql"])
        for _ in range(2):
            world.carry_out(online, after)
        assert [(force, force)] == [row[1:3] for row in world.state()["tables"]]
        assert [1, 10, 20] == weights(world)

    def test_committed_one_by_one(self, world: World) -> None:
        """A batch that was filled stays filled if a later one fails, and the next run goes on from there."""
        before, after = parcels(), parcels(not_null=True, backfill=sql("id / (1 - id / 300000)"))
        world.carry_out(plan(Catalog(), before), before)
        world.connection.execute(b"INSERT INTO parcels SELECT i FROM generate_series(1, 300000) AS i")
        with pytest.raises(psycopg.errors.DivisionByZero):
            world.carry_out(choose_steps(plan(before, after), RUNNERS["psql"]), after)
        query = 'SELECT count("Weight"), count(*) FROM parcels'
        filled, count = world.connection.execute(query.encode()).fetchall()[0]
        assert 100000 < filled < count
        world.connection.execute(b"DELETE FROM parcels WHERE id = 300000")
        world.carry_out(choose_steps(plan(before, after), RUNNERS["psql"]), after)
        assert (count - 1, count - 1) == world.connection.execute(query.encode()).fetchone()

    def test_partitioned_table(self, world: World) -> None:
        """The pages of all partitions are filled, and rows whose value stays NULL stop the migration without end."""
        world.connection.execute(
            b'CREATE TABLE parcels (id bigint PRIMARY KEY, "Weight" int) PARTITION BY RANGE (id);'
            b"CREATE TABLE low PARTITION OF parcels FOR VALUES FROM (0) TO (200000);"
            b"CREATE TABLE high PARTITION OF parcels FOR VALUES FROM (200000) TO (MAXVALUE);"
            b"INSERT INTO parcels SELECT i FROM generate_series(199990, 200100) AS i"
        )
        before, after = parcels(), parcels(not_null=True, backfill=sql("nullif(id, 200007)"))
        online = choose_steps(plan(before, after), RUNNERS["psql"])
        with pytest.raises(psycopg.errors.CheckViolation):
            world.carry_out(online, after)
        world.connection.execute(b"DELETE FROM parcels WHERE id = 200007")
        world.carry_out(online, after)
        assert (110,) == world.connection.execute(b'SELECT count("Weight") FROM parcels').fetchone()

    @pytest.mark.parametrize("runner", ["supabase", "dbmate", "flyway"])
    def test_files(self, runner: str) -> None:
        """The batches are a file, and the scan of the validation does not hold the lock of ADD CONSTRAINT."""
        before, after = parcels(), parcels(not_null=True, backfill=0)
        planned = choose_steps(plan(before, after), RUNNERS[runner])
        assert [
            (False, ["add_not_null_check"]),
            (True, ["backfill_in_batches"]),
            (False, ["validate", "set_not_null"]),
        ] == [
            (segment.is_alone, [step.template.rpartition("/")[2] for step in segment.steps])
            for segment in split_into_files(planned, RUNNERS[runner])
        ]


def test_forced_meanwhile(world: World) -> None:
    """The rows are counted and filled although the same migration turns FORCE ROW LEVEL SECURITY on."""
    before, after = parcels(), parcels(force=True, not_null=True, backfill=7)
    fill(world, before, None, 1)
    for _ in range(2):
        world.carry_out(plan(before, after), after)
    query = b"SELECT relforcerowsecurity FROM pg_class WHERE relname = 'parcels'"
    assert [(True,)] == world.connection.execute(query).fetchall()
    assert [7, 1] == weights(world)


class TestNewColumn:
    """A column that may not be NULL is new on a table with rows."""

    @staticmethod
    def grow(*columns: Column, force: bool = False) -> tuple[Catalog, Catalog]:
        """Declare a table without and with some columns."""
        identity = Column("id", bigint, primary_key=True)
        before, after = (
            build_catalog([Table("crates", columns=found, row_security=force, force_row_security=force)])
            for found in ([identity], [identity, *columns])
        )
        return before, after

    @staticmethod
    def insert(world: World, before: Catalog) -> None:
        """Create the table with two rows, which FORCE ROW LEVEL SECURITY may hide from the owner."""
        world.carry_out(plan(Catalog(), before), before)
        force = next(iter(before.tables.values())).force_row_security
        world.connection.execute(b"ALTER TABLE crates NO FORCE ROW LEVEL SECURITY")
        world.connection.execute(b"INSERT INTO crates VALUES (1), (2)")
        if force:
            world.connection.execute(b"ALTER TABLE crates FORCE ROW LEVEL SECURITY")

    @pytest.mark.parametrize("force", [False, True])
    def test_stopped(self, world: World, force: bool) -> None:  # noqa: FBT001
        """Without a default, the migration says how many rows stop it; an empty table takes the column."""
        before, after = self.grow(
            Column("Größe", integer, not_null=True), Column("label", text, not_null=True), force=force
        )
        self.insert(world, before)
        state = world.state()
        expected = r'cannot add columns "Größe", label to public.crates because .* \(rows: 2\)'
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=expected):
            world.carry_out(plan(before, after), after)
        assert state == world.state()
        world.connection.execute(b"TRUNCATE crates")
        for _ in range(2):
            world.carry_out(plan(before, after), after)

    @pytest.mark.parametrize("runner", ["psql", "psql-single-transaction"])
    def test_filled(self, world: World, runner: str) -> None:
        """With backfill=, the rows get their values before the column becomes NOT NULL, and once."""
        before, after = self.grow(
            Column("Größe", integer, not_null=True, backfill=sql("id * 10")),
            Column("label", text, not_null=True, default="none"),
        )
        self.insert(world, before)
        for _ in range(2):
            world.carry_out(choose_steps(plan(before, after), RUNNERS[runner]), after)
        rows = world.connection.execute(b"SELECT * FROM crates ORDER BY id").fetchall()
        assert [(1, 10, "none"), (2, 20, "none")] == rows
        assert all(column[3] for column in world.state()["columns"])

    def test_default_of_the_type(self, world: World) -> None:
        """A type with a default of its own, such as a domain or a serial, gives the rows their values."""
        before, after = self.grow(
            Column("n", Type("counted"), not_null=True), Column("s", Type("bigserial"), not_null=True)
        )
        self.insert(world, before)
        world.connection.execute(b"CREATE DOMAIN counted AS integer DEFAULT 7")
        world.run(render(plan(before, after), after, HEADER))
        rows = world.connection.execute(b"SELECT * FROM crates ORDER BY id").fetchall()
        assert [(1, 7, 1), (2, 7, 2)] == rows


def test_backfill_of_a_large_child(world: World) -> None:
    """The batches reach the end of a table that inherits from a smaller one, or of a table below that."""
    states = []
    for column in (Column("n", integer), Column("n", integer, not_null=True, backfill=7)):
        parcels_ = Table("parcels", columns=[column])
        small = Table("small", inherits=parcels_)
        large = Table("large", columns=[Column("note", text)], inherits=small, parameters={"fillfactor": 10})
        states.append(build_catalog([parcels_, small, large]))
    before, after = states
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute(
        b"INSERT INTO large (note) SELECT repeat('x', 700) FROM generate_series(1, 1200)"
    )
    change = choose_steps(plan(before, after), RUNNERS["psql"])
    assert "page_count" in render(change, after, HEADER)
    world.carry_out(change, after)
    found = world.connection.execute(
        b"SELECT n, count(*), pg_relation_size('large') > 1000 * 8192 FROM parcels GROUP BY n"
    ).fetchall()
    assert [(7, 1200, True)] == found


class TestHints:
    """The error says what is left to do: the objects that a rollback restores are in no definitions."""

    @pytest.mark.parametrize("condition", ["not null", "new and not null", "check"])
    def test_of_a_rollback(self, condition: str) -> None:
        """A hint names `backfill=` for a declared object only."""
        weight = {"check": [at_least(1)]} if condition == "check" else {"not_null": True}
        loose: dict[str, Any] = {"check": [at_least(0)]} if condition == "check" else {}
        wanted = parcels(**weight)
        before = parcels(**loose)
        if condition == "new and not null":
            before = build_catalog([Table("parcels", columns=[Column("id", bigint, primary_key=True)])])
        unknown = Catalog(
            {identity: copy_with(item, origin=None) for identity, item in wanted.objects.items()}
        )
        for after, is_declared in ((wanted, True), (unknown, False)):
            (hint,) = {loss.hint for loss in list_losses(plan(before, after).steps)}
            assert is_declared == ("backfill=" in hint)
            assert "first" in hint or is_declared
