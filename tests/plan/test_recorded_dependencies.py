"""The dependencies that a plan finds in declarations and SQL are those that Postgres records in pg_depend, and more."""

from __future__ import annotations

import itertools
from typing import Final

import pytest
from fixtures_plans import World
from shares import share
from specimen_parts import catalog
from specimens import CHANGES, SUPERUSER_CHANGES

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.plan.state import State

# A type by its name, an array by that of its elements, and every other object by its address: of a part of a table, the
# address begins with the schema and the table.
_NAMES: Final = """
    CASE
        WHEN {classid} = 'pg_type'::regclass OR k.contypid <> 0 THEN (
            SELECT ARRAY[n.nspname, coalesce(e.typname, t.typname)]::text[]
            FROM pg_type AS t
            INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_type AS e ON e.typarray = t.oid
            WHERE t.oid = CASE WHEN k.contypid <> 0 THEN k.contypid ELSE {objid} END
        )
        ELSE (pg_identify_object_as_address({classid}, {objid}, 0)).object_names
    END
"""
_RECORDED: Final = f"""
    SELECT DISTINCT ({_NAMES.format(classid="d.classid", objid="d.objid")})[1:2],
        ({_NAMES.format(classid="d.refclassid", objid="d.refobjid").replace("k.contypid", "0")})[1:2]
    FROM pg_depend AS d
    LEFT JOIN pg_constraint AS k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    WHERE d.deptype IN ('n', 'a') AND d.objid >= 16384 AND d.refobjid >= 16384
        AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass)
"""
_WITH_INDEX: Final = {"index", "primary_key", "unique", "exclusion"}


@pytest.mark.parametrize("name", share(sorted(CHANGES.keys() - SUPERUSER_CHANGES), one_in=20))
def test_recorded_by_postgres(world: World, name: str) -> None:
    """The dependents that a plan finds include all that Postgres drops with an object or refuses to lose."""
    wanted = catalog(*CHANGES[name][1])
    world.carry_out(plan(Catalog(), wanted), wanted)
    state = State(introspect(world.connection).catalog.objects)
    roots = {(each.schema, each.name): each.root for each in state.objects if each.parent is None}
    roots |= {(each.schema, each.name): each.root for each in state.objects if each.kind in _WITH_INDEX}
    found = {
        (dependency.dependent.root, dependency.referenced.root)
        for identity in state.objects
        for dependency in state.dependencies(identity)
    }
    for names in world.connection.execute(_RECORDED.encode()).fetchall():
        dependent, referenced = (roots.get(tuple(each)) for each in names)
        if dependent is None or referenced is None or dependent == referenced:
            continue
        # A partition has copies of the triggers and foreign keys of its parent, also of those that refer to the parent.
        pairs = itertools.product(list_parents(state, dependent), list_parents(state, referenced))
        assert not found.isdisjoint(pairs), names


def list_parents(state: State, identity: Identity) -> list[Identity]:
    """Return a relation with the tables of which it is a partition."""
    parents = [identity]
    while (above := getattr(state.objects[parents[-1]], "partition_of", None)) is not None:
        parents.append(above)
    return parents
