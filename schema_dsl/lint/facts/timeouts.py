"""The first statement of a file that may wait, or make others wait, without a timeout."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.facts.alter_commands import in_use
from schema_dsl.lint.facts.breaking import RemovedObject, is_used
from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.locks import Lock, Mode, locks
from schema_dsl.lint.history.replay import HistoryStep

_OFF = frozenset({"0", "0s", "0ms", "0min", "default", ""})


class Timeout:
    """A timeout that a session should have before it takes a lock that others feel.

    `matters` says which statements it is for.
    """

    def __init__(self, setting: str, matters: Callable[[HistoryStep], bool] = lambda _: True) -> None:
        self._setting = setting
        self._matters = matters
        self._told: Memory[set[int]] = Memory(set)

    def missed_by(self, step: HistoryStep) -> Lock | None:
        """Give the first lock in a file that is taken without the timeout; None for all other statements."""
        told = self._told.of(step.schema)
        if step.moment.file in told or step.schema.settings.get(self._setting, "").lower() not in _OFF:
            return None
        for lock in locks(step):
            if lock.mode >= Mode.SHARE and _is_felt(step, lock) and self._matters(step):
                told.add(step.moment.file)
                return lock
        return None


def _is_felt(step: HistoryStep, lock: Lock) -> bool:
    relation = step.schema.relation(lock.schema, lock.name)
    if relation is not None and relation.kind == "view":
        return is_used(step, RemovedObject("view", lock.schema, lock.name))
    return in_use(step, lock.schema, lock.name)
