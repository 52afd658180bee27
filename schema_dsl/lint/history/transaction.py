"""Model the transaction of a statement."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.history.relations import HistoryRelation, RelationKey


@attrs.define(eq=False)
class Transaction:
    """The transaction that a statement runs in.

    Attributes:
        number: The number of the transaction in the history.
        explicit: Whether BEGIN started the transaction.
        search_path_before: The search path to restore at the end, after SET LOCAL.
        settings_before: The settings to restore on ROLLBACK.
        settings_after_commit: The settings that remain after COMMIT.
        changed: The objects that the statements of an explicit transaction, or after a savepoint, named.
        cascaded: Whether one of these statements dropped objects that it does not name.
        removed: The relations that the statements dropped.
        savepoints: The names of the open savepoints, each with the length of `changed` there.
    """

    number: int = 0
    explicit: bool = False
    search_path_before: tuple[str, ...] | None = None
    settings_before: dict[str, str] = attrs.field(factory=dict)
    settings_after_commit: dict[str, str] = attrs.field(factory=dict)
    changed: list[Identity] = attrs.field(factory=list)
    cascaded: bool = False
    removed: dict[RelationKey, HistoryRelation] = attrs.field(factory=dict)
    savepoints: list[tuple[str, int]] = attrs.field(factory=list)

    def find_savepoint(self, name: str) -> int | None:
        """Return the number of the last open savepoint of a name."""
        numbers = [number for number, savepoint in enumerate(self.savepoints) if savepoint[0] == name]
        return numbers[-1] if numbers else None
