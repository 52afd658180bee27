"""Separate the parts of objects that a plan removes and restores around the change of an object that they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.diff import Difference, find_changed_attributes
from schema_dsl.plan.rule import Detached, load_kind_rules
from schema_dsl.plan.scanned_columns import list_scans
from schema_dsl.plan.state import State


def detach_parts(
    identities: Iterable[Identity], differences: Sequence[Difference], before: State, after: State
) -> list[Difference]:
    """Make parts of objects, such as the defaults of columns, objects of their own in both states.

    Args:
        identities: The objects whose parts name an object that is replaced.
        differences: The differences between the states.
        before: The state before, which gets the parts.
        after: The state after, which gets the parts.

    Returns:
        The differences with those of the parts.
    """
    by_identity = {difference.identity: difference for difference in differences}
    # A column that is dropped needs no change before.
    for identity in (each for each in identities if each in after.objects):
        old, new = _detach(identity, before, after), _detach(identity, after, after)
        if identity not in before.objects and identity.root in before.objects:
            # The values of the existing rows come from the default with which the column is added.
            if new is not None:
                part = {new.identity: attrs.evolve(new.part, may_be_missing=True)}
                before.update(part)
                after.update(part)
            continue
        for side, state in ((old, before), (new, after)):
            if side is not None:
                state.update({identity: side.rest, side.identity: side.part})
        changed = {each.identity: None for each in (old, new) if each is not None}
        for each in (identity, *changed):
            found = _compare(each, before, after)
            if found is None:
                by_identity.pop(each, None)
            else:
                # The columns of a new table keep their order.
                by_identity[each] = found
    return list(by_identity.values())


def _detach(identity: Identity, state: State, after: State) -> Detached | None:
    item, detach = state.objects.get(identity), load_kind_rules()[identity.kind].detach
    # A test checks that every kind whose dependencies require this function has it.
    assert detach is not None  # noqa: S101
    found = None if item is None else detach(identity, item)
    if found is None or not found.scans:
        return found
    hazards = tuple(dict.fromkeys(list_scans(identity, state, after)))
    return attrs.evolve(found, part=attrs.evolve(found.part, hazards=hazards))


def _compare(identity: Identity, before: State, after: State) -> Difference | None:
    """Return the difference of one object between the states; None if there is none."""
    old, new = before.objects.get(identity), after.objects.get(identity)
    if old is None or new is None:
        return Difference(identity, old, new)
    changed = find_changed_attributes(identity.kind, old, new)
    return Difference(identity, old, new, tuple(changed)) if changed else None
