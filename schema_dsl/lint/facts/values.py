"""Values of which not all is known, in the three-valued logic of Postgres.

A value is a Python constant, None for NULL, or one of three things that are less than known: `SOMETHING` that
is not NULL, `NEVER` (false or NULL), and `UNKNOWN`.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias


class PartialValue(enum.Enum):
    """What is known of a value that is no constant."""

    UNKNOWN = "unknown"
    SOMETHING = "not null"
    NEVER = "false or null"


UNKNOWN, SOMETHING, NEVER = PartialValue.UNKNOWN, PartialValue.SOMETHING, PartialValue.NEVER
Folded: TypeAlias = "PartialValue | bool | int | float | str | None"
CONSTANTS = (bool, int, float, str)
_TRUE, _FALSE = frozenset({"t", "true", "yes", "on", "1"}), frozenset({"f", "false", "no", "off", "0"})
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def truth(value: Folded) -> Folded:
    """Narrow a value to what a condition can make of it."""
    if value is None or value is NEVER or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    return UNKNOWN


def fails(value: Folded) -> bool:
    """Say whether a condition that comes to this lets nothing pass."""
    return value is False or value is None or value is NEVER


def joined(values: Sequence[Folded], *, wins: bool) -> Folded:
    """Join conditions by OR (of which true `wins`) or AND (of which false does)."""
    if wins in values:
        return wins
    if all(each is (not wins) for each in values):
        return not wins
    if wins:
        return UNKNOWN if UNKNOWN in values else NEVER if NEVER in values or False in values else None
    return NEVER if None in values or NEVER in values else UNKNOWN


def ordered(name: str, left: Any, right: Any) -> Folded:
    """Compare two constants."""
    # '2' = 2: an untyped text takes the other's type.
    if isinstance(left, str) != isinstance(right, str):
        return UNKNOWN
    if isinstance(left, str) and name not in {"=", "<>", "!="}:
        # How texts are ordered is the collation's to say.
        return UNKNOWN
    return ORDERS[name](left, right)
