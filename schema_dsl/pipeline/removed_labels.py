"""Notes about labels that an enum loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.enum import Enum
from schema_dsl.plan.diff import Difference
from schema_dsl.sql import literal, qualified


def note_removed_labels(changes: Iterable[Difference]) -> Iterator[str]:
    """Yield a note for each removed label, with the statement to write if it has another name in the definitions."""
    for change in changes:
        before, after = change.before, change.after
        if not isinstance(before, Enum) or not isinstance(after, Enum):
            continue
        for place, label in enumerate(before.labels):
            if label in after.labels:
                continue
            yield (
                f"label {label!r} of {change.identity} is removed: the migration stops while rows have it"
                + (_suggest_rename(change.identity, before, after, place))
            )


def _suggest_rename(identity: Identity, before: Enum, after: Enum, place: int) -> str:
    """Return the way to rename a label in whose place the definitions have a new one; "" if they have none."""
    if len(before.labels) != len(after.labels) or after.labels[place] in before.labels:
        return ""
    old, new = before.labels[place], after.labels[place]
    name = qualified(identity.schema, identity.name)
    return (
        f". If {new!r} is this label with another name, write a migration with"
        f" ALTER TYPE {name} RENAME VALUE {literal(old)} TO {literal(new)}; and generate again"
    )
