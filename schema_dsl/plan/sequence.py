"""The one topological order of a plan, and the resolution of cycles."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise
from typing import TypeAlias

from schema_dsl.errors import PlanError
from schema_dsl.plan.action import ActionKind, Edge, PlanAction, link
from schema_dsl.plan.transition import Transition

_SectionKey: TypeAlias = tuple[int, int]
_ReadyKey: TypeAlias = tuple[tuple[int, int, int], str, int]


def sort_actions(actions: Sequence[PlanAction]) -> list[PlanAction]:
    """Sort actions so that every action comes after the actions it needs.

    Among the actions that are ready, those of the current section come first, so that the migration reads relation by
    relation.

    Raises:
        PlanError: If a cycle of dependencies cannot be resolved.
    """
    queue = _ReadyActions()
    for action in actions:
        if not action.needs:
            queue.add(action)
    by_position: Iterator[PlanAction] | None = None
    remaining = dict.fromkeys(actions)
    order: list[PlanAction] = []
    while remaining:
        next_action = queue.pop()
        if next_action is None:
            freed = _remove_barriers(remaining)
            for action in freed:
                queue.add(action)
            if freed:
                continue
            by_position = by_position or iter(sorted(actions, key=_get_position))
            start = next((item for item in by_position if item in remaining), None) or next(iter(remaining))
            for action in _break_cycle(_find_cycle(start), remaining):
                queue.add(action)
            continue
        del remaining[next_action]
        order.append(next_action)
        for dependent in _release(next_action):
            queue.add(dependent)
    return order


def _release(done: PlanAction) -> Iterator[PlanAction]:
    """Yield the actions that need no other action any more once an action is done."""
    for dependent in done.dependents:
        if dependent.needs.pop(done, None) is not None and not dependent.needs:
            if dependent.members:
                yield dependent
            else:
                yield from _release(dependent)


def _remove_barriers(remaining: Iterable[PlanAction]) -> list[PlanAction]:
    """Replace barriers by the edges for which they stand, and return the actions that need no other action any more.

    A cycle may be cut at one of these edges, which leaves the others in place.
    """
    waiting = [action for action in remaining if any(not needed.members for needed in action.needs)]
    for action in waiting:
        for barrier in [needed for needed in action.needs if not needed.members]:
            dependents = [edge.dependent for edge in action.needs.pop(barrier)]
            for needed, edges in barrier.needs.items():
                for dependent in dependents:
                    for edge in edges:
                        link((action, dependent), (needed, edge.referenced), required=False)
    return [action for action in waiting if not action.needs]


class _ReadyActions:
    """The actions that need no other action any more, those of the current section first."""

    def __init__(self) -> None:
        self._by_section: dict[_SectionKey, list[tuple[_ReadyKey, PlanAction]]] = {}
        self._added = count()
        self._sections: list[_SectionKey] = []
        self._current: _SectionKey = (0, 0)

    def add(self, action: PlanAction) -> None:
        ready = self._by_section.setdefault(action.section, [])
        if not ready:
            heapq.heappush(self._sections, action.section)
        # Parts that left one action have its number. The count only keeps equal keys from comparing actions.
        key = (action.priority, str(action.main.identity), next(self._added))
        heapq.heappush(ready, (key, action))

    def pop(self) -> PlanAction | None:
        if not self._by_section.get(self._current):
            while self._sections and not self._by_section[self._sections[0]]:
                heapq.heappop(self._sections)
            if not self._sections:
                return None
            self._current = self._sections[0]
        return heapq.heappop(self._by_section[self._current])[1]


def _get_position(action: PlanAction) -> tuple[_SectionKey, tuple[int, int, int]]:
    return action.section, action.priority


def _find_cycle(start: PlanAction) -> list[PlanAction]:
    """Return a cycle that can be reached from an action: each action needs the next one, and the last one the first."""
    path: dict[PlanAction, int] = {}
    action = start
    while action not in path:
        path[action] = len(path)
        action = min(action.needs, key=_get_position)
    return list(path)[path[action] :]


def _break_cycle(cycle: list[PlanAction], remaining: dict[PlanAction, None]) -> list[PlanAction]:
    """Break a cycle and return the actions that need no other action any more.

    Raises:
        PlanError: If the cycle can neither be cut, unfolded nor merged.
    """
    pairs = sorted(pairwise([*cycle, cycle[0]]), key=lambda pair: _get_position(pair[0]))
    changed = _cut(pairs) or _unfold_parts(pairs)
    if not changed and any(action.operation is ActionKind.REPLACE for action in cycle):
        changed = [_merge(cycle)]
        for action in cycle:
            del remaining[action]
    if not changed:
        path = " needs ".join(str(action.main.identity) for action in (*cycle, cycle[0]))
        origins = [getattr(action.main.after, "origin", None) for action in cycle]
        is_new = all(action.operation is ActionKind.CREATE for action in cycle)
        raise PlanError(
            f"the changes depend on each other in a cycle: {path}",
            where=next((str(origin) for origin in origins if origin), None),
            instead="Remove one of these dependencies."
            if is_new
            else "Split the change into two migrations, so that the first one drops one of these dependencies.",
        )
    remaining.update(dict.fromkeys(changed))
    return [action for action in changed if not action.needs]


def _cut(pairs: Iterable[tuple[PlanAction, PlanAction]]) -> list[PlanAction]:
    """Remove an edge that is not required, and return its action; nothing if there is none."""
    for action, needed in pairs:
        if not any(edge.required for edge in action.needs[needed]):
            del action.needs[needed]
            needed.dependents.discard(action)
            return [action]
    return []


def _unfold_parts(pairs: Iterable[tuple[PlanAction, PlanAction]]) -> list[PlanAction]:
    """Move the parts that cause an edge out of a CREATE or DROP, and return the changed actions.

    A foreign key leaves CREATE TABLE to be added after both tables, or is dropped before both tables.
    """
    for action, needed in pairs:
        edges = action.needs[needed]
        if action.operation is ActionKind.CREATE and all(edge.dependent is not action.main for edge in edges):
            parts = [_unfold(action, part) for part in dict.fromkeys(edge.dependent for edge in edges)]
            for part in parts:
                link((part, part.main), (action, action.main))
            return [action, *parts]
        if needed.operation is ActionKind.DROP and all(edge.referenced is not needed.main for edge in edges):
            parts = [_unfold(needed, part) for part in dict.fromkeys(edge.referenced for edge in edges)]
            for part in parts:
                link((needed, needed.main), (part, part.main))
            return [action, *parts]
    return []


def _unfold(action: PlanAction, part: Transition) -> PlanAction:
    """Move a part out of the action that contains it into an action of its own, with its edges."""
    unfolded = PlanAction(action.operation, [part], action.number, part.identity.root, action.position)
    action.members.remove(part)
    for needed, edges in list(action.needs.items()):
        _move(edges, [edge for edge in edges if edge.dependent is part], (action, needed), (unfolded, needed))
    for dependent in list(action.dependents):
        edges = dependent.needs.get(action, [])
        _move(
            edges,
            [edge for edge in edges if edge.referenced is part],
            (dependent, action),
            (dependent, unfolded),
        )
    return unfolded


def _move(
    edges: list[Edge],
    moved: Iterable[Edge],
    old: tuple[PlanAction, PlanAction],
    new: tuple[PlanAction, PlanAction],
) -> None:
    """Move edges from one pair of actions to another pair."""
    for edge in moved:
        edges.remove(edge)
        link((new[0], edge.dependent), (new[1], edge.referenced), required=edge.required)
    if not edges and old[1] in old[0].needs:
        del old[0].needs[old[1]]
        old[1].dependents.discard(old[0])


def _merge(cycle: Sequence[PlanAction]) -> PlanAction:
    """Merge the actions of a cycle into one replaced set."""
    members = dict.fromkeys(item for action in cycle for item in action.members)
    last = max(cycle, key=_get_position)
    merged = PlanAction(ActionKind.REPLACE, list(members), last.number, last.root, last.position)
    inside = set(cycle)
    for action in cycle:
        for needed, edges in action.needs.items():
            needed.dependents.discard(action)
            for edge in edges if needed not in inside else ():
                link((merged, edge.dependent), (needed, edge.referenced), required=edge.required)
        for dependent in action.dependents - inside:
            for edge in dependent.needs.pop(action, ()):
                link((dependent, edge.dependent), (merged, edge.referenced), required=edge.required)
    return merged
