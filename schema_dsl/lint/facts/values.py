"""Partially known values in the three-valued logic of Postgres.

A value is a Python constant, None for NULL, `NOT_NULL` (any value except NULL), `NEVER_TRUE` (false or NULL), or
`UNKNOWN`.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias


class PartialValue(enum.Enum):
    """The known property of a value that is not a constant."""

    UNKNOWN = "unknown"
    SOMETHING = "not null"
    NEVER = "false or null"


UNKNOWN, NOT_NULL, NEVER_TRUE = PartialValue.UNKNOWN, PartialValue.SOMETHING, PartialValue.NEVER
FoldedValue: TypeAlias = "PartialValue | bool | int | float | str | None"
CONSTANTS = (bool, int, float, str)
_TRUE, _FALSE = frozenset({"t", "true", "yes", "on", "1"}), frozenset({"f", "false", "no", "off", "0"})
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def to_boolean(value: FoldedValue) -> FoldedValue:
    """Return a value as the result of a condition."""
    if value is None or value is NEVER_TRUE or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    return UNKNOWN


def is_never_true(value: FoldedValue) -> bool:
    """Return whether a condition with this value accepts no row."""
    return value is False or value is None or value is NEVER_TRUE


def join_conditions(values: Sequence[FoldedValue], *, is_or: bool) -> FoldedValue:
    """Return the value of conditions combined by OR or AND."""
    if is_or in values:
        return is_or
    if all(value is (not is_or) for value in values):
        return not is_or
    if is_or:
        return (
            UNKNOWN if UNKNOWN in values else NEVER_TRUE if NEVER_TRUE in values or False in values else None
        )
    return NEVER_TRUE if None in values or NEVER_TRUE in values else UNKNOWN


def compare_constants(name: str, left: Any, right: Any) -> FoldedValue:
    """Return the result of comparing two constants."""
    # In '2' = 2, the untyped literal takes the type of the number.
    if isinstance(left, str) != isinstance(right, str):
        return UNKNOWN
    if isinstance(left, str) and name not in {"=", "<>", "!="}:
        # The collation decides on the order of texts.
        return UNKNOWN
    return COMPARISONS[name](left, right)
