"""Read the options of a sequence."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.model.sequence_options import SequenceOptions


def build_sequence_options(numbers: Sequence[int]) -> SequenceOptions:
    """Return the options of a sequence, without those that are the default.

    Args:
        numbers: The columns of pg_sequence from seqstart on, and the largest and the smallest number of its type.
    """
    start, increment, minimum, maximum, cache, cycle, largest, smallest = numbers
    ascends = increment > 0
    return SequenceOptions(
        start=None if start == (minimum if ascends else maximum) else start,
        increment=increment,
        minimum=None if minimum == (1 if ascends else smallest) else minimum,
        maximum=None if maximum == (largest if ascends else -1) else maximum,
        cache=cache,
        cycle=bool(cycle),
    )
