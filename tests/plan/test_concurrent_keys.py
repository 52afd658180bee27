"""A key that an existing table gets takes an index that was built without blocking writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from fixtures_plans import World
from psycopg import errors
from shares import share
from specimen_parts import catalog

from schema_dsl import Column, Index, PrimaryKey, Reference, Table, Unique, bigint, sql, text
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Plan, choose_steps, diff, plan_differences
from schema_dsl.postgres import Server
from schema_dsl.runner import RUNNERS

NAME = "Größe \"'x"
KEYS = [
    Unique(["No"], name=NAME),
    Unique(["note", "No"], name=NAME, deferrable=True, initially_deferred=True),
    Unique(["No"], name=NAME, include=["note"], parameters={"fillfactor": 70}),
    PrimaryKey(["No"], name=NAME),
    PrimaryKey(["No", "id"], name=NAME, include=["note"], deferrable=True),
]

INDEXES = [
    Index("No", unique=True),
    Index([sql('abs("No")'), "note"], name="i", unique=True),
    Index("No", unique=True, where="id < 3 AND note IS NOT NULL"),
]


def orders(*constraints: Any, indexes: Sequence[Index] = ()) -> Catalog:
    """Declare a table with a name that needs quotes."""
    columns = [Column("id", bigint, not_null=True), Column("No", bigint, not_null=True), Column("note", text)]
    return catalog(Table('or"ders', columns=columns, constraints=list(constraints), indexes=list(indexes)))


def plan_online(world: World, before: Catalog, after: Catalog) -> Plan:
    """Return the plan with the weakest locks, for the partitions of the database."""
    partitions = read_partitions(world.connection)
    return choose_steps(
        plan_differences(diff(before, after), after.objects, partitions=partitions), RUNNERS["psql"]
    )


def read_files(world: World) -> Sequence[tuple[Any, ...]]:
    """Return the files of the indexes, which change when an index is built."""
    query = b"SELECT indexrelid::regclass::text, pg_relation_filenode(indexrelid) FROM pg_index ORDER BY 1"
    return world.connection.execute(query).fetchall()


CHANGES = [
    (Unique(["No"], name=NAME), Unique(["note", "No"], name=NAME)),
    (Unique(["No"], name=NAME, deferrable=True), Unique(["No"], name=NAME, include=["note"])),
    (PrimaryKey(["No"], name=NAME), PrimaryKey(["No"], name=NAME, include=["note"])),
    (PrimaryKey(["No", "id"], name=NAME), PrimaryKey(["id"], name=NAME)),
]


def list_scans(plan: Plan) -> set[str | None]:
    """Return the locks under which the steps of a plan scan tables."""
    return {hazard.lock for step in plan.steps for hazard in step.hazards if hazard.scans}


@pytest.mark.parametrize(("first", "second"), share(CHANGES, one_in=2))
def test_a_changed_key(world: World, first: Any, second: Any) -> None:
    """A key is exchanged for one whose index was built without blocking, and rows stay unique throughout."""
    before, after = orders(first), orders(second)
    world.carry_out(plan_online(world, Catalog(), before), before)
    world.connection.execute(b"""INSERT INTO "or""ders" VALUES (1, 1, 'x'), (2, 2, NULL)""")
    for one, other in ((before, after), (after, before)):
        planned = plan_online(world, one, other)
        assert {"ShareUpdateExclusiveLock"} == list_scans(planned)
        world.carry_out(planned, other)
        once = world.state(), read_files(world)
        world.carry_out(planned, other)
        assert once == (world.state(), read_files(world))


def test_a_changed_key_under_others(world: World) -> None:
    """Foreign keys, the replica identity and the CLUSTER mark of a changed key or unique index go with it."""
    columns = [Column("id", bigint, not_null=True), Column("n", bigint, not_null=True), Column("note", text)]
    before, after = (
        catalog(
            Table(
                "a",
                columns=columns,
                constraints=[Unique(["n"], name="u", include=include)],
                indexes=[Index("id", name="i", unique=True, include=include)],
                cluster_on="i",
                replica_identity_index="u",
            ),
            Table(
                "b",
                columns=[
                    Column("n", bigint, references=Reference("a", ["n"])),
                    Column("a", bigint, references=Reference("a", ["id"])),
                ],
            ),
        )
        for include in ([], ["note"])
    )
    world.carry_out(plan_online(world, Catalog(), before), before)
    world.connection.execute("INSERT INTO a VALUES (1, 2, 'x'); INSERT INTO b VALUES (2, 1)")
    # The first comparison of index definitions creates the temporary schema of the session.
    world.connection.execute(b"CREATE TEMPORARY TABLE x (); DROP TABLE x")
    first = world.state()
    for one, other in ((before, after), (after, before)):
        planned = plan_online(world, one, other)
        assert list_scans(planned) <= {"ShareUpdateExclusiveLock", "RowShareLock"}
        world.carry_out(planned, other)
        once = world.state(), read_files(world)
        world.carry_out(planned, other)
        assert once == (world.state(), read_files(world))
    assert first == world.state()


@pytest.mark.parametrize("key", share(KEYS, one_in=3))
def test_the_index_comes_first(world: World, key: Any) -> None:
    """The key is as if ADD CONSTRAINT had built its index, which nothing blocks, and a second run builds nothing."""
    world.carry_out(plan_online(world, Catalog(), orders()), orders())
    world.connection.execute(b"""INSERT INTO "or""ders" VALUES (1, 1, 'x'), (2, 2, NULL)""")
    planned = plan_online(world, orders(), orders(key))
    assert {"ShareUpdateExclusiveLock"} == list_scans(planned)
    world.carry_out(planned, orders(key))
    once = world.state(), read_files(world)
    world.carry_out(planned, orders(key))
    assert once == (world.state(), read_files(world))
    world.carry_out(plan_online(world, orders(key), orders()), orders())
    offline = plan_differences(diff(orders(), orders(key)), orders(key).objects)
    world.carry_out(offline, orders(key))
    assert once[0] == world.state()


def test_equal_nulls(world: World, server: Server) -> None:
    """Rows with the same NULL stop a key that takes NULLs for equal, and no other key."""
    if server.version < 150000:
        pytest.skip("NULLS NOT DISTINCT exists since Postgres 15")
    before = orders()
    world.carry_out(plan_online(world, Catalog(), before), before)
    world.connection.execute(b'INSERT INTO "or""ders" VALUES (1, 1, NULL), (2, 1, NULL)')
    strict = orders(Unique(["note", "No"], name=NAME, nulls_not_distinct=True))
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match=r"have the same values \(rows: 2\)"):
        world.carry_out(plan_online(world, before, strict), strict)
    world.connection.execute(b'DELETE FROM "or""ders" WHERE id = 2')
    for _ in range(2):
        world.carry_out(plan_online(world, before, strict), strict)
    with pytest.raises(errors.UniqueViolation):
        world.connection.execute(b'INSERT INTO "or""ders" VALUES (3, 1, NULL)')
    loose = orders(Unique(["note", "No"], name="other"))
    world.carry_out(plan_online(world, strict, before), before)
    world.connection.execute(b'INSERT INTO "or""ders" VALUES (3, 1, NULL)')
    world.carry_out(plan_online(world, before, loose), loose)


def test_duplicates_are_counted_before(world: World) -> None:
    """Rows with the same values stop the migration before it changes anything, with their number."""
    wanted = orders(KEYS[0])
    world.carry_out(plan_online(world, Catalog(), orders()), orders())
    world.connection.execute(b'INSERT INTO "or""ders" VALUES (1, 1), (2, 1), (3, 2)')
    state = world.state()
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match=r"have the same values \(rows: 2\)"):
        world.carry_out(plan_online(world, orders(), wanted), wanted)
    assert state == world.state()


@pytest.mark.parametrize("index", share(INDEXES, one_in=3))
def test_duplicates_of_a_unique_index(world: World, index: Index) -> None:
    """Rows with the same values in the keys of a unique index are counted, and others that are equal are not."""
    before, wanted = orders(), orders(indexes=[index])
    world.carry_out(plan_online(world, Catalog(), before), before)
    world.connection.execute(
        b"""INSERT INTO "or""ders" VALUES (1, 1, 'x'), (2, 1, 'x'), (3, 2, 'y'), (4, 5, NULL)"""
    )
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match=r"have the same values \(rows: 2\)"):
        world.carry_out(plan_online(world, before, wanted), wanted)
    world.connection.execute(b'DELETE FROM "or""ders" WHERE id = 2')
    for _ in range(2):
        world.carry_out(plan_online(world, before, wanted), wanted)


def test_failed_build(world: World) -> None:
    """A build that failed leaves an invalid index, which the next run drops."""
    wanted = orders(KEYS[0])
    world.carry_out(plan_online(world, Catalog(), orders()), orders())
    world.connection.execute(b'INSERT INTO "or""ders" VALUES (1, 1), (2, 1)')
    world.connection.execute("SET schema_dsl.allow_data_loss = 'on'")
    with pytest.raises(errors.UniqueViolation):
        world.carry_out(plan_online(world, orders(), wanted), wanted)
    assert [False] == [row[2] for row in world.state()["indexes"]]
    world.connection.execute(b'DELETE FROM "or""ders" WHERE id = 2')
    world.carry_out(plan_online(world, orders(), wanted), wanted)
    assert [True] == [row[2] for row in world.state()["indexes"]]


@pytest.mark.parametrize(
    "key", [Unique(["id", "note"], name=NAME), PrimaryKey(["id"], name=NAME)], ids=["unique", "primary key"]
)
def test_partitions(world: World, key: Any) -> None:
    """The key of a partitioned table is built partition by partition and attached, once."""
    world.connection.execute(b"""
        CREATE TABLE "or""ders" (id bigint NOT NULL, "No" bigint NOT NULL, note text) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF "or""ders" FOR VALUES FROM (0) TO (10);
        CREATE TABLE "Mid" PARTITION OF "or""ders" FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (id);
        CREATE TABLE "s""x"."Mid 1" PARTITION OF "Mid" FOR VALUES FROM (10) TO (20);
        INSERT INTO "or""ders" SELECT i, i, i::text FROM generate_series(1, 19) AS i;
    """)
    planned = plan_online(world, orders(), orders(key))
    world.carry_out(planned, orders(key))
    once = world.state(), read_files(world)
    assert [True] * 4 == [row[2] for row in once[0]["indexes"]]
    world.carry_out(planned, orders(key))
    assert once == (world.state(), read_files(world))
    world.connection.execute(b'CREATE TABLE new PARTITION OF "or""ders" FOR VALUES FROM (30) TO (40)')
    with pytest.raises(errors.UniqueViolation):
        world.connection.execute(b"""INSERT INTO "or""ders" VALUES (31, 1, 'x'), (31, 1, 'x')""")
    wider = orders(attrs.evolve(key, include=["No"]), indexes=[Index("note", include=["id"], name="i")])
    middle = orders(key, indexes=[Index("note", name="i")])
    world.carry_out(plan_online(world, orders(key), middle), middle)
    for one, other in ((middle, wider), (wider, middle)):
        planned = plan_online(world, one, other)
        assert {"ShareUpdateExclusiveLock"} == list_scans(planned)
        world.carry_out(planned, other)
        once = world.state(), read_files(world)
        world.carry_out(planned, other)
        assert once == (world.state(), read_files(world))
    world.carry_out(plan_online(world, middle, orders()), orders())
    assert [] == world.state()["indexes"]
