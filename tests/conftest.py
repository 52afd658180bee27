"""Settings of all tests; fixtures are in files by topic."""

from __future__ import annotations

import gc
import os
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["fixtures_engagement", "fixtures_plans", "fixtures_server"]

# A server is as slow as the machine is busy: time is no reason to fail, and each run looks at the same examples.
settings.register_profile(
    "schema_dsl",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.differing_executors,  # the same property on several servers
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
settings.load_profile("schema_dsl")

# A test that parses SQL creates thousands of objects and hardly any cycles; the default of Python is 700.
_NEW_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Keep the cores busy: a test waits now and then. Each process collects all tests, so more would cost more."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process neighboring tests, which share fixtures, and let an idle process take tests from others."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415 - tests run without it too

    return WorkStealingScheduling(config, log)


def pytest_configure() -> None:
    """Pause the garbage collector until the end of the collection, which creates only long-lived objects."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector leave out long-lived objects, and search the others less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS_BETWEEN_COLLECTIONS)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases of long lists that a fixed hash does not choose, unless -m says which tests to run."""
    if config.option.markexpr:
        return
    chosen = [
        item for item in items if not item.get_closest_marker("full") or item.get_closest_marker("part")
    ]
    kept = set(chosen)
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = chosen
