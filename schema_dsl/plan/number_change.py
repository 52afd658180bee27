"""The conditions on numbers that a change of their type would round or refuse, which one query can count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

INTEGERS: Final = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
}
"""The integer types with their smallest and largest values."""

_FLOATS: Final = frozenset({"float4", "float8"})


def find_changed_number(old: str, new: str, modifiers: Sequence[int]) -> str | None:
    """Return the condition, which raises no error, on a value that a cast changes or refuses; None if there is none.

    Args:
        old: The name of the old type in pg_catalog.
        new: The name of the new type.
        modifiers: The modifiers of the new type.
    """
    if new in INTEGERS:
        lowest, highest = INTEGERS[new]
        if old in INTEGERS:
            return f"{{value}} NOT BETWEEN {lowest} AND {highest}"
        if old == "numeric":
            # NaN is greater than all numbers.
            return f"({{value}} NOT BETWEEN {lowest} AND {highest} OR {{value}} <> round({{value}}))"
        if old in _FLOATS:
            # The number above the largest bigint is a float, and the largest bigint is none.
            return f"(NOT ({{value}} >= {lowest} AND {{value}} < {highest + 1}) OR {{value}} <> trunc({{value}}))"
    if new == "numeric" and modifiers and (old == "numeric" or old in INTEGERS):
        precision, scale = modifiers
        largest = Decimal(10**precision - 1).scaleb(-scale)
        beyond = f"{{value}} NOT BETWEEN -{largest:f} AND {largest:f}"
        if old != "numeric":
            return beyond if scale >= 0 else f"({beyond} OR {{value}} <> round({{value}}, {scale}))"
        return f"({beyond} AND {{value}} <> 'NaN' OR {{value}} <> round({{value}}, {scale}))"
    return None
