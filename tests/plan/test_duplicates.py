"""Tests on a server that rows with the same values of a function stop the migration before it changes anything."""

from __future__ import annotations

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Column, Function, Index, Table, bigint, sql, text
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan

NAME = 'no"rm'


def declare(*, body: str = "SELECT lower(a)", changed: bool = False, has_function: bool = True) -> Catalog:
    """Declare a table and functions; if it is changed, with a column and a unique index on values of a function."""
    functions = [
        Function(
            name,
            schema="public",
            arguments=["a text"],
            returns="text",
            language="sql",
            volatility="immutable",
            body=definition,
        )
        for name, definition in (("inner", body), (NAME, "SELECT public.inner(a)"))
    ]
    index = Index(sql('public."no""rm"(name)'), name="u", unique=True)
    more = [Column("more", bigint)] if changed else []
    table = Table("t", columns=[Column("name", text), *more], indexes=[index] if changed else [])
    return build_catalog([*(functions if has_function else []), table])


def fill(world: World, before: Catalog) -> None:
    """Create the objects and two rows that lower() makes equal."""
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute("INSERT INTO t VALUES ('A'), ('a'), ('b')")


def test_counted(world: World) -> None:
    """The number of rows is reported, and nothing is changed."""
    before, after = declare(), declare(changed=True)
    fill(world, before)
    state = world.state()
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"same values \(rows: 2\)"):
        world.carry_out(plan(before, after), after)
    assert state == world.state()
    world.connection.execute("DELETE FROM t WHERE name = 'a'")
    for _ in range(2):
        world.carry_out(plan(before, after), after)


def test_changed_function(world: World) -> None:
    """If the migration changes the function of the key, values that are equal by the old function do not stop it."""
    before, after = declare(), declare(body="SELECT a", changed=True)
    fill(world, before)
    for _ in range(2):
        world.carry_out(plan(before, after), after)


def test_new_function(world: World) -> None:
    """A function that the migration creates cannot be called before: Postgres refuses the rows."""
    before, after = declare(has_function=False), declare(changed=True)
    fill(world, before)
    with pytest.raises(psycopg.errors.UniqueViolation):
        world.carry_out(plan(before, after), after)
