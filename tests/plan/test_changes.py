"""Every change, carried out on a real server, with names that are hard to quote."""

from __future__ import annotations

import pytest
from fixtures_plans import HEADER, World
from specimens import CHANGES, catalog

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.render import render

EMPTY = Catalog()


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
@pytest.mark.parametrize("change", CHANGES)
class TestChanges:
    """A plan leads from what is there to what is wanted."""

    def test_carried_out(self, world: World, change: str, back: bool) -> None:  # noqa: FBT001
        """It arrives, by statements that may each be run again, also in one transaction; and back leaves nothing."""
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
        """From a state to itself there is no way."""
        side = catalog(*CHANGES[change][back])
        assert not plan(side, catalog(*CHANGES[change][back]))
