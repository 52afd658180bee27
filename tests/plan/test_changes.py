"""Tests that apply every kind of change on a server, with names that are hard to quote."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import psycopg
import pytest
from fixtures_plans import HEADER, State, World, open_world
from specimen_parts import catalog
from specimens import CHANGES

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.postgres import Server
from schema_dsl.render import render

EMPTY = Catalog()


@pytest.fixture(scope="module")
def get_world(server: Server, roles: None) -> Iterator[Callable[[], World]]:
    """A function that returns a session in a database without objects: the same one if the last test left it so."""
    del roles
    with contextlib.ExitStack() as stack:
        opened: list[tuple[World, State]] = []

        def get() -> World:
            if opened:
                world, state = opened[-1]
                with contextlib.suppress(psycopg.Error):
                    world.restart()
                    if state == world.state():
                        return world
            world = stack.enter_context(open_world(server))
            opened.append((world, world.state()))
            return world

        yield get


@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize("change", CHANGES)
class TestChanges:
    """A plan changes the present state to the wanted state."""

    def test_carried_out(self, get_world: Callable[[], World], change: str, back: bool) -> None:  # noqa: FBT001
        """Every script leads to the wanted state, can be re-run, and works in one transaction; drops remove all."""
        world = get_world()
        world.act_for(change)
        sides = [catalog(*tables) for tables in CHANGES[change]]
        before, after = sides[::-1] if back else sides
        nothing = world.begin(before, after)
        create, alter, drop, outright = (
            render(plan(old, new), new, HEADER)
            for old, new in ((EMPTY, before), (before, after), (after, EMPTY), (EMPTY, after))
        )
        with world.connection.transaction(force_rollback=True):
            world.run(outright)
            wanted = world.state()

        world.run(create)
        created = world.state()
        world.run(create)
        assert created == world.state()
        world.run(alter)
        assert wanted == world.state()
        world.run(alter)
        assert wanted == world.state()
        world.run(drop)
        assert nothing == world.state()
        world.run(drop)

        with world.connection.transaction():
            for script in (create, create, alter, alter, drop, drop):
                world.run(script)
        assert nothing == world.state()

    def test_nothing_to_do(self, change: str, back: bool) -> None:  # noqa: FBT001
        """The plan from a state to itself is empty."""
        side = catalog(*CHANGES[change][back])
        assert not plan(side, catalog(*CHANGES[change][back]))
