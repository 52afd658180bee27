"""Bad examples of rules, for tests that show on a server that an example has the effect its rule describes."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import attrs
import pytest

from schema_dsl.lint.rules import rules_by_name


@attrs.frozen
class Example:
    """A bad example of a rule, by its number; subclasses add the expectations of a test."""

    rule: str
    number: int

    def __str__(self) -> str:
        """Return the name of the test case."""
        return f"{self.rule}-{self.number}"

    @property
    def text(self) -> str:
        """The script of the example."""
        return rules_by_name()[self.rule].bad[self.number]


def all_bad_examples(*names: str) -> list[Example]:
    """Return all bad examples of some rules."""
    return [Example(name, number) for name in names for number in range(len(rules_by_name()[name].bad))]


def parametrize_examples(*examples: Example) -> pytest.MarkDecorator:
    """Parametrize a test by examples; the test fails unless the example has the effect its rule describes."""
    return pytest.mark.parametrize("example", examples, ids=str)


def list_shown_examples(module: ModuleType) -> Iterator[tuple[str, int]]:
    """Yield the examples that the tests of a module show."""
    for test in _functions(module):
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == "parametrize" and mark.args[0] == "example":
                for example in mark.args[1]:
                    yield example.rule, example.number


def _functions(module: ModuleType) -> Iterator[Any]:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from vars(value).values()
        else:
            yield value
