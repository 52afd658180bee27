"""Random schemas of all kinds are read back as declared, and a migration leads from each of a pair to the other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

import pytest
from fixtures_plans import HEADER, World
from random_kinds import build_kinds, needs_superuser
from random_other_kinds import WRAPPER
from specimen_parts import OWNER, catalog

from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Plan
from schema_dsl.render import render
from schema_dsl.sql import identifier
from schema_dsl.verify.renames import read_renamed
from schema_dsl.verify.replay import ReplayDifference, compare_with_definitions

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
def test_random_kinds(world: World, seeds: Sequence[int]) -> None:
    """What is declared is read back; a migration leads from each of a pair to the other, also if run twice."""
    version = world.connection.info.server_version
    # Only a superuser may create a wrapper.
    with contextlib.closing(world.database.connect()) as superuser:
        superuser.execute(_WRAPPER)
    for seed in seeds:
        one, two = build(2 * seed, version), build(2 * seed + 1, version)
        with world.connection.transaction(force_rollback=True):
            if needs_superuser(2 * seed):
                world.connection.execute("SET SESSION AUTHORIZATION DEFAULT")
            world.allow_losses(one, two)
            for before, after in ((EMPTY, one), (one, two), (two, one)):
                text = ""
                try:
                    text = render(migrate(world, before, after), after, HEADER)
                    for _ in range(2):
                        world.run(text)
                    left = find_changes(world, before, after).differences
                    assert [] == left, left
                except Exception as error:
                    error.add_note(f"pair {seed}, to {'two' if after is two else 'one'}:\n{text}")
                    raise


def migrate(world: World, before: Catalog, after: Catalog) -> Plan:
    """Plan the migration to a state as generate does: from what the database has."""
    return find_changes(world, before, after).plan(drop=True)


def find_changes(world: World, before: Catalog, after: Catalog) -> ReplayDifference:
    """Compare the database with a state. What the state before declared and this one does not is left behind."""
    # Privileges that are no longer declared stay.
    left = [each for each in before.objects if each not in after.objects and each.kind != "privilege"]
    state = read_renamed(world.connection, after)
    return compare_with_definitions(after, state, left, read_partitions(world.connection))
