"""The edges between the actions of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from schema_dsl.analysis.identity import Identity, Namespace
from schema_dsl.plan.action import ActionKind, PlanAction, get_section, link
from schema_dsl.plan.dependency import Dependency, DependencySource
from schema_dsl.plan.reused_names import list_namespaces
from schema_dsl.plan.state import State
from schema_dsl.plan.superseded import pair_superseded
from schema_dsl.plan.transition import Transition


def _makes(action: PlanAction, item: Transition) -> bool:
    """Return whether an action creates or alters a member."""
    return action.operation is not ActionKind.DROP and item.after is not None


_Places: TypeAlias = dict[Identity, tuple[PlanAction, Transition]]


def connect_actions(actions: Iterable[PlanAction], before: State, after: State) -> None:
    """Add the edges.

    An object is created after the objects that it needs in the state after, and after an object that uses the same
    name. An object is dropped after its dependents in the state before, and is altered after those that are dropped.
    """
    makers: _Places = {}
    droppers: _Places = {}
    comments = [(action, action.main) for action in actions if action.operation is ActionKind.COMMENT]
    members = [
        (action, item)
        for action in actions
        if action.operation is not ActionKind.COMMENT
        for item in action.members
    ]
    for place in members:
        action, item = place
        if _makes(action, item):
            makers[item.identity] = place
        if action.operation in {ActionKind.DROP, ActionKind.REPLACE} and item.drops:
            droppers[item.identity] = place
    superseded = _connect_superseded(makers, droppers)
    vacated = _find_vacated(droppers.values())
    provided = _find_providers(makers)
    for place in members:
        needed = after.dependencies(place[1].identity) if _makes(*place) else ()
        _connect_after(place, needed, makers, vacated, after)
        used = _connect_provided(place, needed, provided, after)
        if droppers and _makes(*place):
            for candidate in _find_obsolete_candidates(place[1], before) & droppers.keys():
                link(place, droppers[candidate])
        if place[1].before is not None and place[0].operation is not ActionKind.CREATE:
            still_needed = {dependency.referenced for dependency in needed} | used
            dependencies = before.dependencies(place[1].identity)
            if place[0].operation is ActionKind.DROP and place[1].after is not None:
                # In a second run, the object depends on the objects that it needs after the plan.
                dependencies += after.dependencies(place[1].identity)
            is_superseded = place[1].identity in superseded
            _connect_before(place, dependencies, still_needed, makers, droppers, is_superseded=is_superseded)
    _connect_siblings(makers, droppers)
    for place in (place for place in comments if place[1].identity in makers):
        link(place, makers[place[1].identity])


def _find_vacated(
    dropped: Iterable[tuple[PlanAction, Transition]],
) -> dict[Namespace, list[tuple[PlanAction, Transition]]]:
    """Return the objects that have each name before. In a second run, a new object has that of a dropped one."""
    vacated: dict[Namespace, list[tuple[PlanAction, Transition]]] = {}
    for place in dropped:
        for namespace in list_namespaces(place[1].identity, place[1].before):
            vacated.setdefault(namespace, []).append(place)
    return vacated


def _list_altered_callees(
    dependencies: Iterable[Dependency], makers: _Places, after: State
) -> Iterator[Identity]:
    """Yield the altered routines that the routines among some dependencies call, which the plan does not change.

    An index or a generated column stores the values of such calls.
    """
    pending = [each.referenced for each in dependencies if each.referenced.arguments is not None]
    found = set(pending)
    for routine in pending:
        for called in () if routine in makers else after.dependencies(routine):
            identity = called.referenced
            if identity.arguments is None or identity in found:
                continue
            found.add(identity)
            pending.append(identity)
            if identity in makers and makers[identity][1].is_altered:
                yield identity


def _find_providers(makers: _Places) -> _Places:
    """Return the types to which the plan adds constants."""
    return {
        identity: place
        for identity, place in makers.items()
        if any(step.unusable_in_transaction for step in place[1].steps)
    }


def _connect_provided(
    place: tuple[PlanAction, Transition], needed: Iterable[Dependency], provided: _Places, after: State
) -> set[Identity]:
    """Add the edges of an object to the types whose new constants it may use through a column; return the types."""
    used = {
        indirect.referenced
        for dependency in (needed if provided else ())
        for indirect in after.dependencies(dependency.referenced)
        if indirect.referenced in provided
    }
    for identity in used:
        link(place, provided[identity], required=False)
    return used


def _connect_superseded(makers: _Places, droppers: _Places) -> set[Identity]:
    """Add the edges from objects that are dropped to the new ones of their relation that do the same; return them."""
    dropped = {identity: place[1].before for identity, place in droppers.items() if place[1].after is None}
    new = makers.items() if dropped else ()
    created = {identity: place[1].after for identity, place in new if place[1].before is None}
    superseded: set[Identity] = set()
    for identity, successor in pair_superseded(dropped, created):
        superseded.add(identity)
        # A changed column may need the drop first.
        link(droppers[identity], makers[successor], required=False)
    return superseded


def _connect_siblings(makers: _Places, droppers: _Places) -> None:
    """Add the edges from new and moved objects of a section, such as partitions, to those that make room for them.

    A barrier stands for the edges from each of them to each dropped one, which would be too many.
    """
    dropped: dict[Identity, PlanAction] = {}
    for place in droppers.values():
        section = get_section(place[1].identity, place[1].before)
        if section is not None:
            barrier = dropped.setdefault(section, PlanAction(ActionKind.ALTER, [], 0, section))
            link((barrier, place[1]), place, required=False)
    moved = {
        place[1].shared_subject: place
        for place in makers.values()
        if place[1].is_altered and place[1].shared_subject is not None
    }
    for place in makers.values():
        section = get_section(place[1].identity, place[1].after)
        if section is None or not (place[1].creates or place[1].shared_subject == section):
            continue
        if section in dropped:
            link(place, (dropped[section], place[1]), required=False)
        if section in moved and place[1].creates:
            link(place, moved[section], required=False)


def _find_obsolete_candidates(item: Transition, before: State) -> set[Identity]:
    """Return the objects of the state before that would be taken for those that an object needs.

    A foreign key uses any key on its columns, and a name in a sub-select means the innermost column: dropped
    objects must be gone. An altered object that still refers to a dropped one comes first.
    """
    candidates = before.find_candidates(item.identity, item.after)
    if item.creates:
        return candidates
    return candidates - {dependency.referenced for dependency in before.dependencies(item.identity)}


def _connect_after(
    place: tuple[PlanAction, Transition],
    dependencies: Iterable[Dependency],
    makers: _Places,
    vacated: Mapping[Namespace, Sequence[tuple[PlanAction, Transition]]],
    after: State,
) -> None:
    """Add the edges from a created or altered object to the objects that it needs, and to former users of its name."""
    for dependency in dependencies:
        maker = makers.get(dependency.referenced)
        if maker is not None:
            link(place, maker, required=dependency.required)
    for identity in _list_altered_callees(dependencies, makers, after) if place[1].creates else ():
        link(place, makers[identity], required=False)
    if vacated and _makes(*place) and place[1].creates:
        namespaces = list_namespaces(place[1].identity, place[1].after)
        for other in (each for namespace in namespaces for each in vacated.get(namespace, ())):
            link(place, other)


def _connect_before(
    place: tuple[PlanAction, Transition],
    dependencies: Iterable[Dependency],
    still_needed: AbstractSet[Identity],
    makers: _Places,
    droppers: _Places,
    *,
    is_superseded: bool,
) -> None:
    """Add the edges of an object that is dropped or altered to the objects on which it depends before.

    A superseded object may also be dropped after an alteration that it survives, since it waits for its successor.
    """
    before = place[1].before
    shown_in = get_section(place[1].identity, before)
    for dependency in dependencies:
        referenced, required = dependency.referenced, dependency.required
        is_released = referenced not in still_needed
        # A change of a table reaches its children, before they are dropped as well as after.
        if referenced.parent in getattr(before, "parents", ()):
            required = False
        if referenced in droppers and (place[1].drops or is_released):
            link(droppers[referenced], place, required=required)
        # An alteration of the parent does not concern its parts.
        is_part = dependency.source is DependencySource.PARENT
        if is_released and not is_part and referenced in makers and makers[referenced][1].is_altered:
            # Only a change that dependents do not survive must wait for an altered one.
            is_needed = makers[referenced][1].invalidates_dependents
            if is_superseded and not is_needed:
                continue
            is_needed = is_needed or (place[1].drops and referenced != shown_in)
            link(makers[referenced], place, required=required and is_needed)
