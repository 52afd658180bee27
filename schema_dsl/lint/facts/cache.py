"""Caches of facts: per object, and per history for rules that keep a value between statements."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from schema_dsl.lint.history.schema import HistorySchema

K = TypeVar("K")
T = TypeVar("T")


def cached(function: Callable[[K], T]) -> Callable[[K], T]:
    """Cache a function of one argument; an entry lives as long as its argument."""
    cache: WeakKeyDictionary[Any, T] = WeakKeyDictionary()

    @functools.wraps(function)
    def wrapper(key: K) -> T:
        try:
            return cache[key]
        except KeyError:
            value = cache[key] = function(key)
            return value

    return wrapper


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
