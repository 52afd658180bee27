"""Abbreviate long values for reports."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 100
_SHOWN: Final = 30


def abbreviate(text: str) -> str:
    """Return a text for display; of a long one the beginning and the number of characters."""
    return text if len(text) <= _LONGEST else f"{text[:_SHOWN]}… ({len(text):,} characters)"
