"""Blocks that leave a database as it was use one database, one after another."""

from __future__ import annotations

import pytest

from schema_dsl.verify import Scratch


class TestUnchanged:
    """The databases of blocks that only read, or roll back all that they do."""

    def test_one_after_another(self, scratch: Scratch) -> None:
        """The next block gets the same database, also a block of another variant of the migration."""
        with scratch.unchanged("before") as first:
            pass
        with scratch.variant(script="SELECT 1") as variant, variant.unchanged("before") as second:
            pass
        assert first.name == second.name

    def test_at_the_same_time(self, scratch: Scratch) -> None:
        """Two blocks at the same time have two databases, and none is the template."""
        with scratch.unchanged("after") as first, scratch.unchanged("after") as second:
            assert 3 == len({first.name, second.name, scratch.template("after").name})

    def test_states(self, scratch: Scratch) -> None:
        """Each state has its own databases, under each setting of default privileges."""
        names = set()
        for setting in scratch.settings:
            for state in ("before", "after"):
                with scratch.unchanged(state, setting) as database:
                    names.add(database.name)
        assert 2 * len(scratch.settings) == len(names)

    def test_after_an_error(self, scratch: Scratch) -> None:
        """A database in which a block failed is not used again."""
        with pytest.raises(ValueError, match="stop"), scratch.unchanged("before") as broken:
            raise ValueError("stop")
        with scratch.unchanged("before") as first, scratch.unchanged("before") as second:
            assert broken.name not in {first.name, second.name}
