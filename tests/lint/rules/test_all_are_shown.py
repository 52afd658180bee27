"""A test on a server confirms every bad example of every rule."""

from __future__ import annotations

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from bad_examples import list_shown_examples
from rule_hits import rules_of_group

from schema_dsl.lint.rule import GROUPS
from schema_dsl.lint.rules import rules_by_name

# Examples that no test on a server can confirm, with the reason.
UNCONFIRMED = {
    ("graphql-exposed", 0): "Postgres does not include the extension pg_graphql",
}


@cache
def find_confirmed_examples() -> frozenset[tuple[str, int]]:
    """Return the examples that the test modules in this folder confirm."""
    found: set[tuple[str, int]] = set()
    for path in sorted(Path(__file__).parent.glob("test_*_on_a_server.py")):
        spec = spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update(list_shown_examples(module))
    return frozenset(found)


@pytest.mark.parametrize("group", GROUPS)
def test_all_are_confirmed(group: str) -> None:
    """The tests confirm every bad example of the group, except the listed ones."""
    examples = {(rule.name, number) for rule in rules_of_group(group) for number in range(len(rule.bad))}
    assert [] == sorted(examples - find_confirmed_examples() - set(UNCONFIRMED))


def test_exceptions_are_needed() -> None:
    """Every listed exception is an example that no test confirms."""
    examples = {(rule.name, number) for rule in rules_by_name().values() for number in range(len(rule.bad))}
    assert set(UNCONFIRMED) <= examples - find_confirmed_examples()
