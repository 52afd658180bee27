"""Notes about stored results, in tables and indexes, of a function whose body changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity

if TYPE_CHECKING:
    from schema_dsl.plan import Difference

_CHECKED: Final = frozenset({"check", "domain"})
_INDEXED: Final = frozenset({"index", "exclusion"})


def note_stored_results(changes: Iterable[Difference], objects: Mapping[Identity, Any]) -> Iterator[str]:
    """Yield a note for each function whose body changes in place while an object stores results of the old body.

    Postgres does not compute them again, so a query by an index can miss rows that the new body would find.

    Args:
        changes: The changes that the migration makes.
        objects: The objects after the migration.
    """
    from schema_dsl.plan.state import State  # noqa: PLC0415 - only a due migration needs it

    due = list(changes)
    changed = {change.identity for change in due}
    replaced = [
        change.identity
        for change in due
        if change.identity.kind in ROUTINE_KINDS
        and None not in (change.before, change.after)
        and "body" in change.attributes
        and not {"arguments", "returns"} & {*change.attributes}
    ]
    state = State(objects)
    for identity in replaced:
        dependents = dict.fromkeys(each.dependent for each in state.dependents(identity))
        held = [
            f"{each} {what}"
            for each in dependents
            if each not in changed and (what := _describe(each, objects[each]))
        ]
        if held:
            yield (
                f"{identity} gets another body, and Postgres keeps the stored results of the old body:"
                f" {'; '.join(held)}"
            )


def _describe(identity: Identity, item: Any) -> str:
    """Describe the stored results of a function in an object; "" for an object that calls the function every time."""
    if identity.kind in _INDEXED:
        return "has the old keys until REINDEX"
    if identity.kind in _CHECKED:
        return "may be violated by existing rows"
    if getattr(item, "generated", None) is not None and not item.virtual:
        return "has the old values until its rows are updated"
    if getattr(item, "partition_by", None) is not None:
        return "has its rows in the partitions that the old body chose"
    return ""
