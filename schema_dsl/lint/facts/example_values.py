"""The values that an example of a row has beside constants: ids of users, and arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from schema_dsl.lint.facts.values import (
    CONSTANTS,
    NEVER_TRUE,
    NOT_NULL,
    UNKNOWN,
    FoldedValue,
    compare_constants,
)


class UserId(int):
    """An id of a user: a uuid. Identities are ordered as numbers."""

    @property
    def text(self) -> str:
        """The uuid as Postgres writes it."""
        return f"{self:08x}-0000-4000-8000-{self:012x}"


Array: TypeAlias = tuple[FoldedValue, ...]


def to_text(value: FoldedValue) -> FoldedValue:
    """Return the text of an id of a user, and other values as they are."""
    return value.text if isinstance(value, UserId) else value


def _contains(left: Array, right: Array) -> FoldedValue:
    found = [_is_in(item, left) for item in right]
    return False if False in found else UNKNOWN if UNKNOWN in found else True


def overlaps(left: Array, right: Array) -> FoldedValue:
    """Return whether two arrays have an item in common."""
    found = [_is_in(item, left) for item in right]
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def _is_in(value: FoldedValue, array: Array) -> FoldedValue:
    if value is None:
        return False
    if not isinstance(value, CONSTANTS):
        return UNKNOWN
    found = [
        compare_constants("=", to_text(value), to_text(item)) if isinstance(item, CONSTANTS) else item
        for item in array
    ]
    return True if True in found else UNKNOWN if UNKNOWN in found or NOT_NULL in found else False


def _find_position(array: Array, value: FoldedValue) -> FoldedValue:
    found = _is_in(value, array)
    return None if found is False else NOT_NULL if found is True else UNKNOWN


ARRAY_OPERATORS: dict[str, Callable[[Array, Array], FoldedValue]] = {
    "@>": _contains,
    "<@": lambda left, right: _contains(right, left),
    "&&": overlaps,
}
ARRAY_FUNCTIONS: dict[str, Callable[..., FoldedValue]] = {
    "cardinality": len,
    "array_length": lambda array, _: len(array) or None,
    "array_position": _find_position,
}


def count_nulls(name: str, values: Sequence[FoldedValue]) -> FoldedValue:
    """Return the result of num_nulls() or num_nonnulls()."""
    if UNKNOWN in values or NEVER_TRUE in values:
        return UNKNOWN
    nulls = sum(value is None for value in values)
    return nulls if name == "num_nulls" else len(values) - nulls
