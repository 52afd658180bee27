"""Random schemas of all kinds are read back as declared, and a migration leads from each of a pair to the other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

import attrs
import pytest
from fixtures_plans import HEADER, World
from random_kinds import build_kinds, needs_superuser
from random_other_kinds import WRAPPER
from random_partitions import build_partitions
from specimen_parts import OWNER, catalog

from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Plan
from schema_dsl.render import render
from schema_dsl.sql import identifier, qualified
from schema_dsl.verify.comparison.renames import read_renamed
from schema_dsl.verify.comparison.replay import ReplayDifference, compare_with_definitions

EMPTY = Catalog()
# A long run takes the number of pairs from the environment, and the first one.
PAIRS = int(os.environ.get("SCHEMA_DSL_RANDOM_KINDS", "3"))
START = int(os.environ.get("SCHEMA_DSL_RANDOM_KINDS_START", "0"))
BATCH = 1


_WRAPPER = (
    f"CREATE FOREIGN DATA WRAPPER {identifier(WRAPPER)};"
    f"GRANT USAGE ON FOREIGN DATA WRAPPER {identifier(WRAPPER)} TO {OWNER}"
).encode()


def build(seed: int, version: int) -> Catalog:
    """Build the catalog of a random schema."""
    return catalog(*build_kinds(seed, version))


@pytest.mark.parametrize(
    "seeds", [range(at, at + BATCH) for at in range(START, START + PAIRS, BATCH)], ids=str
)
def test_random_partitions(world: World, seeds: Sequence[int]) -> None:
    """A migration leads from each of a pair of schemas with partitioned tables to the other, also if run twice."""
    version = world.connection.info.server_version
    for seed in seeds:
        check_pair(world, seed, *(catalog(*build_partitions(2 * seed + each, version)) for each in range(2)))


@pytest.mark.parametrize(
    "seeds", [range(at, at + BATCH) for at in range(START, START + PAIRS, BATCH)], ids=str
)
def test_random_kinds(world: World, seeds: Sequence[int]) -> None:
    """Declared objects are read back; a migration leads from each of a pair to the other, also if run twice."""
    version = world.connection.info.server_version
    # Only a superuser may create a wrapper.
    with contextlib.closing(world.database.connect()) as superuser:
        superuser.execute(_WRAPPER)
    for seed in seeds:
        one, two = build(2 * seed, version), build(2 * seed + 1, version)
        check_pair(world, seed, one, two, superuser=needs_superuser(2 * seed))


def check_pair(world: World, seed: int, one: Catalog, two: Catalog, *, superuser: bool = False) -> None:
    """Migrate from an empty database to a schema, to another schema, and back."""
    with world.connection.transaction(force_rollback=True):
        if superuser:
            world.connection.execute("SET SESSION AUTHORIZATION DEFAULT")
        world.allow_losses(one, two)
        for before, after in ((EMPTY, one), (one, two), (two, one)):
            text = ""
            try:
                detach_by_hand(world, before, after)
                text = render(migrate(world, before, after), after, HEADER)
                for _ in range(2):
                    world.run(text)
                left = find_changes(world, before, after)
                assert ([], ()) == (left.differences, left.renames)
            except Exception as error:
                error.add_note(f"pair {seed}, to {'two' if after is two else 'one'}:\n{text}")
                raise


def detach_by_hand(world: World, before: Catalog, after: Catalog) -> None:
    """Detach partitions that become tables, and drop tables that become partitions: a migration does neither."""
    former = {
        attrs.evolve(identity, name=item.renamed_from): item
        for identity, item in after.objects.items()
        if getattr(item, "renamed_from", None)
    }
    for identity, item in before.objects.items():
        parent, wanted = (
            getattr(item, "partition_of", None),
            after.objects.get(identity, former.get(identity)),
        )
        if identity.kind != "table" or wanted is None or (parent is None) == (wanted.partition_of is None):
            continue
        relation = qualified(identity.schema, identity.name)
        statement = f"DROP TABLE {relation} CASCADE"
        if parent is not None:
            above = qualified(parent.schema, parent.name)
            statement = f"ALTER TABLE {above} DETACH PARTITION {relation}"
        world.connection.execute(statement.encode())


def migrate(world: World, before: Catalog, after: Catalog) -> Plan:
    """Plan the migration to a state as generate does: from the objects of the database."""
    return find_changes(world, before, after).plan(drop=True)


def find_changes(world: World, before: Catalog, after: Catalog) -> ReplayDifference:
    """Compare the database with a state. Objects that only the state before declared are left behind."""
    # The migration makes the renames, which are made here to read the state after them.
    with world.connection.transaction(force_rollback=True):
        state = read_renamed(world.connection, after)
        partitions = read_partitions(world.connection)
    # Privileges that are no longer declared stay.
    left = [each for each in before.objects if each.kind != "privilege"]
    for rename in state.renames:
        left = [rename.follow(each) for each in left]
    left = [each for each in left if each not in after.objects]
    return compare_with_definitions(after, state, left, partitions)
