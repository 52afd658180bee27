"""Segments: the steps outside of a transaction block, and the ends of transactions."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from fixtures_plans import HEADER, World
from psycopg import errors
from specimen_parts import catalog

from schema_dsl import Column, Index, Table, bigint, text
from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import Plan, choose_steps, diff, plan, plan_differences, split_into_segments
from schema_dsl.plan.step import Group, Step, TransactionMode
from schema_dsl.render import render
from schema_dsl.runner import RUNNERS

SHARED, ALONE, COMMIT = TransactionMode


def orders(*indexes: Index) -> Catalog:
    """Declare a table with a name that needs quotes."""
    columns = [Column("id", bigint, primary_key=True), Column("No", bigint), Column("note", text)]
    return catalog(Table('or"ders', columns=columns, indexes=list(indexes)))


UNIQUE = Index("No", name="Größe \"'x", unique=True)


def split_modes(*modes: TransactionMode) -> list[list[TransactionMode]]:
    """Return the modes of the steps of each segment."""
    groups = [
        Group(
            Identity("table", "public", f"t{place // 2}"),
            (Step(Identity("index", "public", str(place)), "t", {}, mode=mode),),
        )
        for place, mode in enumerate(modes)
    ]
    return [[step.mode for step in segment.steps] for segment in split_into_segments(Plan(tuple(groups)))]


class TestSplitting:
    """A plan is split where a transaction has to end."""

    def test_shared_steps_are_one_segment(self) -> None:
        """Steps that may share a transaction are one segment, also on several tables."""
        assert [[SHARED, SHARED, SHARED]] == split_modes(SHARED, SHARED, SHARED)

    def test_steps_that_run_alone(self) -> None:
        """Neighbours that refuse a transaction are a segment between the others."""
        assert [[SHARED], [ALONE, ALONE], [SHARED]] == split_modes(SHARED, ALONE, ALONE, SHARED)

    def test_a_commit_before_the_use(self) -> None:
        """A step that needs a commit before its use ends the segment; several such steps share one."""
        assert [[SHARED, COMMIT, COMMIT], [SHARED], [ALONE], [COMMIT]] == split_modes(
            SHARED, COMMIT, COMMIT, SHARED, ALONE, COMMIT
        )

    def test_steps_keep_their_order_and_relations(self) -> None:
        """The segments have the steps of the plan in its order, in groups of their relation."""
        planned = choose_steps(plan(orders(), orders(UNIQUE, Index("note"))), RUNNERS["psql"])
        segments = split_into_segments(planned)
        assert planned.steps == tuple(step for segment in segments for step in segment.steps)
        assert [False, True] == [segment.is_alone for segment in segments]
        assert {Identity("table", "public", 'or"ders')} == {
            group.root for segment in segments for group in segment.plan.groups
        }


class TestIndexOnExistingTable:
    """An index on a table that existed is built without blocking writes, where a statement can run alone."""

    def test_new_table(self) -> None:
        """The index of a table that the migration creates shares its transaction."""
        planned = choose_steps(plan(Catalog(), orders(UNIQUE)), RUNNERS["psql"])
        assert {SHARED} == {step.mode for step in planned.steps}

    def test_built_while_others_write(self, world: World) -> None:
        """Others write to the table while the build waits for an earlier writer; a second run builds nothing."""
        world.carry_out(plan(Catalog(), orders()), orders())
        online = choose_steps(plan(orders(), orders(UNIQUE)), RUNNERS["psql"])
        process = world.connection.info.backend_pid
        with contextlib.closing(world.database.connect()) as other, ThreadPoolExecutor(1) as pool:
            with contextlib.closing(world.database.connect()) as writer, writer.transaction():
                writer.execute(b'INSERT INTO "or""ders" VALUES (1, 1)')
                build = pool.submit(world.carry_out, online, orders(UNIQUE))
                waits = "SELECT FROM pg_locks WHERE pid = %s AND NOT granted"
                while other.execute(waits, [process]).fetchone() is None:
                    assert not build.done()
                other.execute("SET lock_timeout = '1s'")
                other.execute(b'INSERT INTO "or""ders" VALUES (2, 2)')
            build.result()
        built = world.connection.execute("SELECT relfilenode FROM pg_class WHERE relname = %s", [UNIQUE.name])
        before = built.fetchall()
        world.carry_out(online, orders(UNIQUE))
        assert (
            before
            == world.connection.execute(
                "SELECT relfilenode FROM pg_class WHERE relname = %s", [UNIQUE.name]
            ).fetchall()
        )
        assert [True, True] == [row[2] for row in world.state()["indexes"]]

    def test_invalid_index(self, world: World) -> None:
        """An invalid index that a failed build left is dropped and built again."""
        world.carry_out(plan(Catalog(), orders()), orders())
        world.connection.execute(b'INSERT INTO "or""ders" VALUES (1, 1), (2, 1)')
        online = choose_steps(plan(orders(), orders(UNIQUE)), RUNNERS["psql"])
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match=r"have the same values \(rows: 2\)"):
            world.carry_out(online, orders(UNIQUE))
        world.connection.execute("SET schema_dsl.allow_data_loss = 'on'")
        with pytest.raises(errors.UniqueViolation):
            world.carry_out(online, orders(UNIQUE))
        assert [False] == [row[2] for row in world.state()["indexes"] if "UNIQUE" in row[1] and not row[2]]
        world.connection.execute(b'DELETE FROM "or""ders" WHERE id = 2')
        world.carry_out(online, orders(UNIQUE))
        assert all(row[2] for row in world.state()["indexes"])

    def test_dropped_index(self, world: World) -> None:
        """An index is dropped without blocking reads, and a second run finds nothing to drop."""
        before, after = orders(UNIQUE), orders()
        world.carry_out(plan(Catalog(), before), before)
        online = choose_steps(plan(before, after), RUNNERS["psql"])
        with contextlib.closing(world.database.connect()) as reader, reader.transaction():
            reader.execute(b'SELECT FROM "or""ders"')
            world.connection.execute("SET lock_timeout = '100ms'")
            with pytest.raises(errors.LockNotAvailable):
                world.carry_out(plan(before, after), after)
        for _ in range(2):
            world.carry_out(online, after)
        assert 1 == len(world.state()["indexes"])

    def test_timeouts(self) -> None:
        """No timeout stops a build, and the timeouts of the migration are restored after it."""
        online = choose_steps(plan(orders(), orders(UNIQUE)), RUNNERS["psql"])
        script = render(online, orders(UNIQUE), HEADER, lock_timeout="5s")
        _, _, rest = script.partition(
            "SET lock_timeout = 0;\nSET statement_timeout = 0;\nCREATE UNIQUE INDEX"
        )
        assert "SET lock_timeout = '5s';\nRESET statement_timeout;\n" in rest


class TestReplacedIndex:
    """A replaced index is built beside the old one, so that a key stays unique throughout."""

    WIDER = Index("No", name=UNIQUE.name, unique=True, include=["note"])

    def replace(self, world: World, after: Index) -> Plan:
        """Create the table with the unique index and two rows, and return the plan that replaces the index."""
        world.carry_out(plan(Catalog(), orders(UNIQUE)), orders(UNIQUE))
        world.connection.execute(b"""INSERT INTO "or""ders" VALUES (1, 1, 'x'), (2, 2, 'x')""")
        return choose_steps(plan(orders(UNIQUE), orders(after)), RUNNERS["psql"])

    @pytest.mark.parametrize(
        "wanted", [WIDER, Index("No", name=UNIQUE.name), Index("note", name=UNIQUE.name, where="note > 'a'")]
    )
    def test_replaced_once(self, world: World, wanted: Index) -> None:
        """The index has the new definition, and a second run builds nothing."""
        replaced = self.replace(world, wanted)
        world.carry_out(replaced, orders(wanted))
        once = world.state()["indexes"], read_files(world)
        world.carry_out(replaced, orders(wanted))
        assert once == (world.state()["indexes"], read_files(world))
        world.connection.execute("SET schema_dsl.allow_data_loss = 'on'")
        world.carry_out(plan(orders(wanted), Catalog()), Catalog())
        world.carry_out(plan(Catalog(), orders(wanted)), orders(wanted))
        assert once[0] == world.state()["indexes"]

    def test_unique_throughout(self, world: World) -> None:
        """After each statement, a duplicate is refused."""
        replaced = self.replace(world, self.WIDER)
        for statement in split(render(replaced, orders(self.WIDER), HEADER)).statements:
            world.connection.execute(statement.text.encode())
            with pytest.raises(errors.UniqueViolation):
                world.connection.execute(b'INSERT INTO "or""ders" VALUES (3, 1)')

    def test_interrupted(self, world: World) -> None:
        """A build that failed leaves the old index in place, and a re-run completes the replacement."""
        wanted = Index("note", name=UNIQUE.name, unique=True)
        replaced = self.replace(world, wanted)
        with pytest.raises(errors.UniqueViolation):
            world.carry_out(replaced, orders(wanted))
        with pytest.raises(errors.UniqueViolation):
            world.connection.execute(b'INSERT INTO "or""ders" VALUES (3, 1)')
        world.connection.execute(b'DELETE FROM "or""ders" WHERE id = 2')
        for _ in range(2):
            world.carry_out(replaced, orders(wanted))
        assert [True, True] == [row[2] for row in world.state()["indexes"]]

    def test_name_in_use(self, world: World) -> None:
        """An index that has the name for the old one stays."""
        other = Index("note", name=f"{UNIQUE.name}_old")
        world.carry_out(plan(Catalog(), orders(UNIQUE, other)), orders(UNIQUE, other))
        replaced = choose_steps(plan(orders(UNIQUE, other), orders(self.WIDER, other)), RUNNERS["psql"])
        world.carry_out(replaced, orders(self.WIDER, other))
        assert 3 == len(world.state()["indexes"])


class TestPartitionedTable:
    """An index of a partitioned table is built partition by partition and attached."""

    SETUP = b"""
        CREATE TABLE "or""ders" (id bigint, "No" bigint, note text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF "or""ders" FOR VALUES FROM (0) TO (10);
        CREATE TABLE "Mid" PARTITION OF "or""ders" FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (id);
        CREATE TABLE "s""x"."Mid 1" PARTITION OF "Mid" FOR VALUES FROM (10) TO (20);
        INSERT INTO "or""ders" SELECT i, i, i::text FROM generate_series(1, 19) AS i;
    """

    def plan(self, world: World, before: Catalog, after: Catalog) -> Plan:
        """Return the plan for the partitions of the database."""
        partitions = read_partitions(world.connection)
        planned = plan_differences(diff(before, after), after.objects, partitions=partitions)
        return choose_steps(planned, RUNNERS["psql"])

    def test_built_and_attached(self, world: World) -> None:
        """The indexes of all partitions, also of nested ones, are attached; a second run builds nothing."""
        world.connection.execute(self.SETUP)
        after = orders(Index("note"), Index("No"))
        planned = self.plan(world, orders(), after)
        world.carry_out(planned, after)
        once = world.state()["indexes"], read_files(world)
        assert all(is_valid for _, _, is_valid, _ in once[0])
        attached = (
            "SELECT count(*) FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid WHERE NOT indisprimary"
        )
        assert (6,) == world.connection.execute(attached.encode()).fetchone()
        world.carry_out(planned, after)
        assert once == (world.state()["indexes"], read_files(world))
        dropped = choose_steps(
            plan(after, orders(), partitions=read_partitions(world.connection)), RUNNERS["psql"]
        )
        world.carry_out(dropped, orders())
        assert (0,) == world.connection.execute(attached.encode()).fetchone()

    def test_replaced(self, world: World) -> None:
        """A replaced index has the new definition on all partitions."""
        world.connection.execute(self.SETUP)
        before, after = orders(Index("note", name="i")), orders(Index("No", name="i"))
        world.carry_out(self.plan(world, orders(), before), before)
        world.carry_out(self.plan(world, before, after), after)
        built = [definition for _, definition, _, _ in world.state()["indexes"] if "UNIQUE" not in definition]
        assert all('("No")' in definition for definition in built)
        assert 4 == len(built)

    def test_partition_that_the_file_does_not_name(self, world: World) -> None:
        """A partition that the history does not have stops the migration, instead of leaving an invalid index."""
        world.connection.execute(self.SETUP)
        after = orders(Index("note"))
        planned = self.plan(world, orders(), after)
        world.connection.execute(b'CREATE TABLE new PARTITION OF "or""ders" FOR VALUES FROM (30) TO (40)')
        with pytest.raises(errors.RaiseException, match="has no index yet"):
            world.carry_out(planned, after)


def read_files(world: World) -> list[tuple[int]]:
    """Return the files of the indexes, which change when an index is built."""
    query = "SELECT relfilenode::bigint FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace"
    return sorted(world.connection.execute(query).fetchall())
