"""Separate the parts of new and dropped objects that depend on the objects by way of others, such as a default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.state import State


def detach_circular_parts(differences: Sequence[Difference], before: State, after: State) -> list[Difference]:
    """Make parts objects of their own that call a routine which cannot exist without the object that has the part.

    An example is the default of a column that calls a function with a standard body, which reads the table.

    Args:
        differences: The differences between the states.
        before: The state before, which gets the parts of dropped objects.
        after: The state after, which gets the parts of new objects.

    Returns:
        The differences with those of the parts.
    """
    created = {each.identity: each.after for each in differences if each.before is None}
    dropped = {each.identity: each.before for each in differences if each.after is None}
    found: list[Difference] = []
    for difference in differences:
        identity = difference.identity
        if identity in created and identity.root in created:
            found += [Difference(each, None, item) for each, item in _detach(identity, created, after)]
        elif identity in dropped:
            found += [
                Difference(each, item, None)
                for each, item in _detach(identity, dropped, before, may_be_missing=True)
            ]
        else:
            found.append(difference)
    return found


def _detach(
    identity: Identity, changed: Mapping[Identity, Any], state: State, *, may_be_missing: bool = False
) -> Iterator[tuple[Identity, Any]]:
    """Yield the object, and its part if that is circular, and change the state.

    Args:
        identity: The part of a relation.
        changed: The new or the dropped objects.
        state: The state that has them.
        may_be_missing: Whether the object does not exist in a second run.
    """
    item, detach = changed[identity], load_kind_rules()[identity.kind].detach
    detached = detach(identity, item) if detach is not None and identity.parent is not None else None
    if detached is None or not _is_circular(identity, changed, state):
        yield identity, item
        return
    part = attrs.evolve(detached.part, may_be_missing=True) if may_be_missing else detached.part
    state.update({identity: detached.rest, detached.identity: part})
    yield identity, detached.rest
    yield detached.identity, part


def _is_circular(identity: Identity, changed: Mapping[Identity, Any], state: State) -> bool:
    """Return whether a routine that a part of an object calls needs the object, or what CREATE makes with it."""
    pending = [
        dependency.referenced
        for dependency in state.dependencies(identity)
        if dependency.on_replace is OnReplace.RESTORE and dependency.referenced in changed
    ]
    seen = {*pending}
    for each in pending:
        for needed in _list_needed(each, changed, state):
            if needed.root == identity.root:
                return True
            if needed not in seen:
                seen.add(needed)
                pending.append(needed)
    return False


def _list_needed(identity: Identity, changed: Mapping[Identity, Any], state: State) -> Iterator[Identity]:
    """Yield the objects without which the root of an object, with the parts that CREATE contains, cannot exist."""
    rules = load_kind_rules()
    for part in state.parts(identity.root):
        rule = rules[part.kind]
        if part != identity.root and (not rule.inline or rule.must_follow(state.objects[part])):
            continue
        for dependency in state.dependencies(part):
            if (
                dependency.required
                and dependency.referenced in changed
                and dependency.referenced.root != identity.root
            ):
                yield dependency.referenced
