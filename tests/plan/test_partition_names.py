"""Indexes and keys that a migration builds on partitions have the names that Postgres chooses."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import attrs
import pytest
from fixtures_plans import HEADER, World
from specimen_partitions import PARTITIONS, visits
from specimen_parts import COLUMN, catalog

from schema_dsl import Index, Partition, PrimaryKey, Unique, sql, values_from
from schema_dsl.errors import PlanError
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Plan, choose_steps, diff, plan, plan_differences
from schema_dsl.render import render
from schema_dsl.runner import RUNNERS

EMPTY = Catalog()
_WITH_INDEX: Final = [
    name for name in PARTITIONS if any(word in name for word in ("index", "constraint", "key"))
]
_LONG = "a_very_long_name_of_a_column_é_that_fills_sixty_three_bytes_"


def plan_online(world: World, before: Catalog, after: Catalog) -> Plan:
    """Return the plan with the weakest locks, for the partitions of the database."""
    partitions = read_partitions(world.connection)
    planned = plan_differences(diff(before, after), after.objects, partitions=partitions)
    return choose_steps(planned, RUNNERS["psql"])


def check_names(world: World, before: Catalog, after: Catalog) -> None:
    """Compare a database that was changed with one that was created at once."""
    world.connection.execute("SET schema_dsl.allow_data_loss = 'on'")
    with world.connection.transaction(force_rollback=True):
        world.run(render(plan(EMPTY, after), after, HEADER))
        wanted = {**world.state(), "schemas": None}
    world.carry_out(plan(EMPTY, before), before)
    world.carry_out(plan_online(world, before, after), after)
    # The plan may have made a schema for temporary tables.
    assert wanted == {**world.state(), "schemas": None}


@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize("change", _WITH_INDEX)
def test_changes(world: World, change: str, back: bool) -> None:  # noqa: FBT001
    """A database that was changed without blocking writes equals one that was created at once."""
    before, after = (catalog(*tables) for tables in PARTITIONS[change][:: -1 if back else 1])
    check_names(world, before, after)


def test_equal_names(world: World) -> None:
    """Names that several indexes would get are numbered, and long ones are cut."""
    lower = sql(f'lower("{COLUMN.replace(chr(34), chr(34) * 2)}")')
    parts = [
        Index([COLUMN, lower, lower], name="i 1"),
        Index([COLUMN, lower, lower], name="i 2", where="id > 5"),
        Index(["id", COLUMN, _LONG], name="i 3", unique=True),
    ]
    tables = [visits(names=[_LONG], indexes=parts[:number]) for number in range(len(parts) + 1)]
    for one, other in pairwise(tables):
        check_names(world, catalog(one), catalog(other))
        world.restart()
        world.carry_out(plan(catalog(other), EMPTY), EMPTY)
    keys = [PrimaryKey(["id"]), Unique(["id", _LONG], name="u")]
    check_names(world, catalog(tables[-1]), catalog(visits(names=[_LONG], indexes=parts, constraints=keys)))


def test_taken_name() -> None:
    """A new index of a partition does not get the name of the copy that the partition has of an index of its table."""
    indexed = catalog(visits(indexes=[Index([COLUMN], name="i")]))
    part = Partition("more", values_from(50, to=60), indexes=[Index([COLUMN], where="id > 5")])
    named = Partition("more", values_from(50, to=60), indexes=[Index([COLUMN], name="own", where="id > 5")])
    with pytest.raises(
        PlanError, match="has the name of the copy that the partition has of index i of public"
    ):
        plan(indexed, catalog(visits(indexes=[Index([COLUMN], name="i")], extra=[part])))
    plan(indexed, catalog(visits(indexes=[Index([COLUMN], name="i")], extra=[named])))
    # An index that is there already keeps its name, and the copy gets another one.
    present = catalog(visits(extra=[part]))
    plan(present, catalog(visits(indexes=[Index([COLUMN], name="i")], extra=[part])))


def test_equal_indexes(world: World) -> None:
    """A new index of a table does not take the equal index of a partition for its copy; if both are new, both exist."""
    part = Partition("more", values_from(50, to=60), indexes=[Index([COLUMN], name="own")])
    empty = catalog(visits(extra=[attrs.evolve(part, indexes=[])]))
    present, both = catalog(visits(extra=[part])), catalog(visits(indexes=[Index([COLUMN])], extra=[part]))
    with pytest.raises(PlanError, match=r"index own of public\.more equals index .* of public"):
        plan(present, both)
    world.carry_out(plan(EMPTY, empty), empty)
    world.carry_out(plan(empty, both), both)
    found = world.connection.execute(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'more'::regclass"
    )
    assert len(found.fetchall()) == len(["own", "the copy"])
