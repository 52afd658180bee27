"""The options of a sequence."""

from __future__ import annotations

from typing import Any, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import validate_flag

_LIMIT: Final = 2**63


def _validate_number(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Raise DefinitionError if a value is neither an integer that Postgres can store nor the default."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and -_LIMIT <= value < _LIMIT
    if not is_number and value is not attribute.default:
        raise DefinitionError(
            f"{attribute.name} of a sequence must be an integer of 64 bits, not {value!r}",
            instead=f"Write a number, or leave {attribute.name} out.",
        )


@attrs.frozen(kw_only=True)
class SequenceOptions:
    """The options of a sequence. Postgres chooses the options that are left out.

    Attributes:
        start: The first number; by default the smallest number, or the largest one of a descending sequence.
        increment: The difference between two numbers; a negative one makes the sequence descend.
        minimum: The smallest number; by default 1, or the smallest one of the type of a descending sequence.
        maximum: The largest number; by default the largest one of the type, or -1 of a descending sequence.
        cache: The number of values that a session takes at once.
        cycle: Whether the sequence starts again after its last number.

    Raises:
        DefinitionError: If a number is not an integer, or the numbers contradict each other.
    """

    start: int | None = attrs.field(default=None, validator=_validate_number)
    increment: int = attrs.field(default=1, validator=_validate_number)
    minimum: int | None = attrs.field(default=None, validator=_validate_number)
    maximum: int | None = attrs.field(default=None, validator=_validate_number)
    cache: int = attrs.field(default=1, validator=_validate_number)
    cycle: bool = attrs.field(default=False, validator=validate_flag)

    def __attrs_post_init__(self) -> None:
        """Validate the numbers together."""
        problem = self._find_problem()
        if problem is not None:
            raise DefinitionError(
                f"the options of a sequence contradict each other: {problem}",
                instead="Correct the options, or leave out those for which the default of Postgres is right.",
            )

    def _find_problem(self) -> str | None:
        low, high = self.lowest, self.highest
        if self.increment == 0:
            return "increment is 0"
        if self.cache < 1:
            return "cache is less than 1"
        if low is not None and high is not None and low >= high:
            return f"the smallest number {low} is not less than the largest number {high}"
        if self.start is not None and low is not None and self.start < low:
            return f"start {self.start} is less than the smallest number {low}"
        if self.start is not None and high is not None and self.start > high:
            return f"start {self.start} is greater than the largest number {high}"
        return None

    @property
    def lowest(self) -> int | None:
        """The smallest number; None if it is that of the type."""
        return 1 if self.minimum is None and self.increment > 0 else self.minimum

    @property
    def highest(self) -> int | None:
        """The largest number; None if it is that of the type."""
        return -1 if self.maximum is None and self.increment < 0 else self.maximum

    @property
    def first(self) -> int:
        """The first number."""
        if self.start is not None:
            return self.start
        first = self.lowest if self.increment > 0 else self.highest
        assert first is not None  # noqa: S101 - the bound at which the sequence starts has a default
        return first
