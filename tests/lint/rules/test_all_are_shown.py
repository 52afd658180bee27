"""Every bad example of every rule was seen, on a server, to do what the rule says."""

from __future__ import annotations

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from asked import of_group
from shown import shown

from schema_dsl.lint.rule import GROUPS
from schema_dsl.lint.rules import rules

# What no server of ours can show, and why.
UNSHOWN = {
    ("graphql-exposed", 0): "it is about what extension pg_graphql answers, which is no part of Postgres",
}


@cache
def on_a_server() -> frozenset[tuple[str, int]]:
    """Gather what the tests beside this one show."""
    found: set[tuple[str, int]] = set()
    for path in sorted(Path(__file__).parent.glob("test_*_on_a_server.py")):
        spec = spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update(shown(module))
    return frozenset(found)


@pytest.mark.parametrize("group", GROUPS)
def test_all_are_shown(group: str) -> None:
    """No bad example of the group is left out, but for those that no server of ours can show."""
    wanted = {(rule.name, number) for rule in of_group(group) for number in range(len(rule.bad))}
    assert [] == sorted(wanted - on_a_server() - set(UNSHOWN))


def test_exceptions_are_needed() -> None:
    """What is said not to be shown is an example, and is shown nowhere."""
    wanted = {(rule.name, number) for rule in rules().values() for number in range(len(rule.bad))}
    assert set(UNSHOWN) <= wanted - on_a_server()
