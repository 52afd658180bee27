"""What a rule remembers from one statement of a history to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from schema_dsl.lint.history.schema import Schema

T = TypeVar("T")


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
