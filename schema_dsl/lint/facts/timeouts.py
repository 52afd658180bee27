"""The first statement of a file that takes a blocking lock without a timeout."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.breaking import is_existing_object
from schema_dsl.lint.facts.cache import HistoryCache, cached_for_step
from schema_dsl.lint.facts.locks import Lock, list_locks
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hits

_OFF = frozenset({"0", "0s", "0ms", "0min", "default", ""})


class Timeout:
    """A timeout that a session should set before it takes a lock that blocks other sessions.

    Args:
        setting: The name of the setting.
        describe: Returns the possible effect without the timeout.
        matters: Whether a statement needs the timeout.
    """

    def __init__(
        self,
        setting: str,
        describe: Callable[[Lock], str],
        matters: Callable[[HistoryStep], bool] = lambda _: True,
    ) -> None:
        self._setting = setting
        self._describe = describe
        self._matters = matters
        self._reported_files: HistoryCache[set[int]] = HistoryCache(set)
        self._setting_files: HistoryCache[set[int]] = HistoryCache(set)

    def check(self, step: HistoryStep) -> Hits:
        """Yield a hit at the first statement of a file that takes a blocking lock without the timeout."""
        lock = self._find_missed(step)
        if lock is not None:
            # The topic merges the findings of a project without the setting into one.
            topic = "" if self._setting_files.get(step.schema) else "never set"
            message = f"without {self._setting}, this {self._describe(lock)}"
            yield find_first_line(step.statement).hit(message, topic=topic)

    def _find_missed(self, step: HistoryStep) -> Lock | None:
        value = step.schema.settings.get(self._setting)
        if value is not None and value.lower() not in _OFF:
            self._setting_files.get(step.schema).add(step.position.file)
            return None
        reported_files = self._reported_files.get(step.schema)
        if step.position.file in reported_files:
            return None
        lock = _find_blocking_lock(step)
        if lock is None or not self._matters(step):
            return None
        reported_files.add(step.position.file)
        return lock


@cached_for_step
def _find_blocking_lock(step: HistoryStep) -> Lock | None:
    """Return the first lock of a statement that blocks readers or writers of an object from before the file."""
    return next((lock for lock in list_locks(step) if lock.mode.blocks and _blocks_others(step, lock)), None)


def _blocks_others(step: HistoryStep, lock: Lock) -> bool:
    relation = step.schema.find_relation(lock.schema, lock.name)
    if relation is not None and step.is_new_in_file(relation.created_at):
        return False
    if relation is not None and relation.kind == "view":
        return is_existing_object(step, Identity("view", lock.schema, lock.name))
    return is_existing_table(step, lock.schema, lock.name)
