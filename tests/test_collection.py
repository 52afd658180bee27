"""The garbage collector is paused while many objects are created."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from schema_dsl.collection import collection_paused


@pytest.fixture(autouse=True)
def _freeze() -> Iterator[None]:
    """Keep what the test run has frozen."""
    count = gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.unfreeze()
    if count:
        gc.freeze()


def test_new_objects_are_old() -> None:
    """Objects that were created meanwhile are in the oldest generation, which the next collection does not scan."""
    with collection_paused():
        assert not gc.isenabled()
        made = [[number] for number in range(10)]
    assert gc.isenabled()
    assert {id(each) for each in made} <= {id(each) for each in gc.get_objects(generation=2)}


def test_frozen_objects_stay() -> None:
    """What the caller has frozen stays frozen."""
    gc.freeze()
    with collection_paused():
        pass
    assert gc.get_freeze_count() > 0
