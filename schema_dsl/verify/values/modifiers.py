"""Read type modifiers as the catalogs store them."""

from __future__ import annotations

from typing import Final

# Postgres adds the size of the header of a value (VARHDRSZ) to the modifiers of texts and numerics.
_HEADER: Final = 4


def text_limit(modifier: int) -> int | None:
    """Return the largest length of a text; None without a limit."""
    return modifier - _HEADER if modifier >= _HEADER else None


def read_numeric(modifier: int) -> tuple[int, int] | None:
    """Return the precision and the scale of a numeric; None without them. The scale may be negative."""
    if modifier < _HEADER:
        return None
    # Postgres stores the scale as an 11-bit two's complement.
    scale = (modifier - _HEADER) & 0x7FF
    return (modifier - _HEADER) >> 16, scale - 0x800 if scale > 0x3FF else scale  # noqa: PLR2004
