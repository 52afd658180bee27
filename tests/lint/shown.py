"""Bad examples of rules, and which of them a test shows, on a server, to do what their rule says."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import attrs
import pytest

from schema_dsl.lint.rules import rules


@attrs.frozen
class Example:
    """A bad example of a rule, by its number; tests with more to say of one inherit."""

    rule: str
    number: int

    def __str__(self) -> str:
        """Name a case."""
        return f"{self.rule}-{self.number}"

    @property
    def text(self) -> str:
        """The script."""
        return rules()[self.rule].bad[self.number]


def each(*names: str) -> list[Example]:
    """Give all the bad examples of rules."""
    return [Example(name, number) for name in names for number in range(len(rules()[name].bad))]


def shows(*examples: Example) -> pytest.MarkDecorator:
    """Run a test for each of its `examples`: one that fails unless the example does what its rule says."""
    return pytest.mark.parametrize("example", examples, ids=str)


def shown(module: ModuleType) -> Iterator[tuple[str, int]]:
    """Yield the examples that a module's tests show."""
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
