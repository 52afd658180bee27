"""The states of triggers, event triggers and rules: in which sessions they fire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATE_WORDS: Final[Mapping[str, str]] = {
    "origin": "ENABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
    "disabled": "DISABLE",
}
"""The words of ALTER for each state."""
