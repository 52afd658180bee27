"""The first statement of a file that takes a blocking lock without a timeout."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.breaking import is_existing_object
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.locks import Lock, list_locks
from schema_dsl.lint.history.replay import HistoryStep

_OFF = frozenset({"0", "0s", "0ms", "0min", "default", ""})


class Timeout:
    """A timeout that a session should set before it takes a lock that blocks others.

    Args:
        setting: The name of the setting.
        matters: Whether a statement needs the timeout.
    """

    def __init__(self, setting: str, matters: Callable[[HistoryStep], bool] = lambda _: True) -> None:
        self._setting = setting
        self._matters = matters
        self._reported_files: HistoryCache[set[int]] = HistoryCache(set)
        self._setting_files: HistoryCache[set[int]] = HistoryCache(set)

    def is_set_before(self, step: HistoryStep) -> bool:
        """Return whether an earlier locking statement of the history had the timeout."""
        return bool(self._setting_files.get(step.schema))

    def missed_by(self, step: HistoryStep) -> Lock | None:
        """Return the first blocking lock of a file without the timeout; None for all other statements."""
        if step.schema.settings.get(self._setting, "").lower() not in _OFF:
            self._setting_files.get(step.schema).add(step.position.file)
            return None
        reported_files = self._reported_files.get(step.schema)
        if step.position.file in reported_files:
            return None
        for lock in list_locks(step):
            if lock.mode.blocks and _blocks_others(step, lock) and self._matters(step):
                reported_files.add(step.position.file)
                return lock
        return None


def _blocks_others(step: HistoryStep, lock: Lock) -> bool:
    relation = step.schema.find_relation(lock.schema, lock.name)
    if relation is not None and relation.kind == "view":
        return is_existing_object(step, Identity("view", lock.schema, lock.name))
    return is_existing_table(step, lock.schema, lock.name)
