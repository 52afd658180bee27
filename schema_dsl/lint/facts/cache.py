"""What is remembered: by a rule from one statement of a history to the next, and what was worked out once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from schema_dsl.lint.history.schema import Schema

K = TypeVar("K")
T = TypeVar("T")


def cached(work: Callable[[K], T]) -> Callable[[K], T]:
    """Work something out once for each thing, as many rules ask for it; it is forgotten with the thing."""
    known: WeakKeyDictionary[Any, T] = WeakKeyDictionary()

    @functools.wraps(work)
    def found(of: K) -> T:
        if of not in known:
            known[of] = work(of)
        return known[of]

    return found


class Memory(Generic[T]):
    """Something for each history, forgotten with it: a history is known by its schema, which is kept throughout."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._held: WeakKeyDictionary[Schema, T] = WeakKeyDictionary()

    def of(self, schema: Schema) -> T:
        """Give what is remembered of a history, made when first asked for."""
        held = self._held.get(schema)
        if held is None:
            held = self._held[schema] = self._make()
        return held
