"""The states of triggers, event triggers and rules, by their letters in the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schema_dsl.model.trigger import TriggerState

STATE_LETTERS: Final[Mapping[str, TriggerState]] = {
    "O": "origin",
    "R": "replica",
    "A": "always",
    "D": "disabled",
}
