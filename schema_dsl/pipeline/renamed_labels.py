"""Notes about labels of an enum that may have new names: a rename is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.model.enum import Enum
from schema_dsl.plan.diff import Difference
from schema_dsl.sql import literal, qualified


def note_renamed_labels(changes: Iterable[Difference]) -> Iterator[str]:
    """Yield a note for each removed label that a new label replaces, with the statement that renames it."""
    for change in changes:
        before, after = change.before, change.after
        if not isinstance(before, Enum) or not isinstance(after, Enum):
            continue
        if len(before.labels) != len(after.labels):
            continue
        name = qualified(change.identity.schema, change.identity.name)
        for old, new in zip(before.labels, after.labels, strict=True):
            if old in after.labels or new in before.labels:
                continue
            yield (
                f"label {old!r} of {change.identity} is not in the definitions, which have {new!r} in its place. If"
                f" {new!r} is {old!r} with a new name, write a migration with"
                f" ALTER TYPE {name} RENAME VALUE {literal(old)} TO {literal(new)}; and generate again"
            )
