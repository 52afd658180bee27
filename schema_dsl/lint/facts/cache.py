"""Caches of facts: per object, per step, and per history for rules that keep a value between statements."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistorySchema

K = TypeVar("K")
T = TypeVar("T")


def cached(function: Callable[[K], T]) -> Callable[[K], T]:
    """Cache a function of one argument in the attributes of its argument, whose class has no slots."""
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def wrapper(key: K) -> T:
        values: dict[str, Any] = key.__dict__
        if name in values:
            found: T = values[name]
        else:
            found = values[name] = function(key)
        return found

    return wrapper


def cached_for_step(function: Callable[[HistoryStep], T]) -> Callable[[HistoryStep], T]:
    """Cache the result of a function for the last step: several rules ask about a step in a row, and none later.

    Between two histories, `forget_step` clears the caches, which would keep the whole history in memory.
    """
    remembered = functools.lru_cache(maxsize=1)(function)
    _FORGETTING.append(remembered.cache_clear)
    return remembered


_FORGETTING: list[Callable[[], None]] = []


def forget_step() -> None:
    """Clear the results for the last step."""
    for forget in _FORGETTING:
        forget()


class HistoryCache(Generic[T]):
    """One value per history, which the HistorySchema holds."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def get(self, schema: HistorySchema) -> T:
        """Return the value of a history; the first call creates the value."""
        values: dict[object, T] = schema.rule_values
        try:
            return values[self]
        except KeyError:
            value = values[self] = self._make()
            return value
