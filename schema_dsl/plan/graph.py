"""The graph of a plan: actions that create, alter, drop or replace objects, and the edges between them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity, Namespace
from schema_dsl.plan.dependency import Dependency, DependencySource
from schema_dsl.plan.order import sort_by_reads
from schema_dsl.plan.reused_names import list_namespaces
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.plan.superseded import pair_superseded
from schema_dsl.plan.transition import ReplacedSet, Transition

_COMMENT_RANK = 90
# After new columns, and before the objects that may depend on the replaced objects.
_REPLACED_RANK = 25


class ActionKind(enum.IntEnum):
    """What an action does, in the order of actions of the same rank: new objects may depend on altered ones."""

    DROP = 0
    ALTER = 1
    CREATE = 2
    REPLACE = 3
    COMMENT = 4


@attrs.define(eq=False)
class PlanAction:
    """One or more transitions that one statement carries out.

    Attributes:
        operation: What the action does.
        members: The transitions: of DROP and CREATE the object with its inline parts, of REPLACE the replaced set, of
            ALTER the object with those that are adapted to it.
        number: The position of the action in the plan's input.
        root: The object whose section shows the action, with its parts.
        position: The position of that section among the sections of drops, or among the others.
        needs: The actions that come first, each with the reasons.
        dependents: The actions that need this action.
    """

    operation: ActionKind
    members: list[Transition]
    number: int
    root: Identity
    position: int = 0
    needs: dict[PlanAction, list[Edge]] = attrs.field(factory=dict, repr=False)
    dependents: set[PlanAction] = attrs.field(factory=set, repr=False)

    @property
    def main(self) -> Transition:
        """The object that the action is about."""
        return self.members[0]

    @property
    def section(self) -> tuple[int, int]:
        """The section of the file: drops come before all others, if the dependencies allow it."""
        return (0 if self.operation is ActionKind.DROP else 1, self.position)

    @property
    def priority(self) -> tuple[int, int, int]:
        """The position within a section."""
        if self.operation is ActionKind.COMMENT:
            return (_COMMENT_RANK, self.operation, self.number)
        if self.operation is ActionKind.REPLACE:
            return (_REPLACED_RANK, self.operation, self.number)
        rank = load_kind_rules()[self.main.identity.kind].rank
        return (-rank if self.operation is ActionKind.DROP else rank, self.operation, self.number)


@attrs.frozen(eq=False)
class Edge:
    """The reason why an action needs another one: the member that needs, and the member that is needed."""

    dependent: Transition
    referenced: Transition
    required: bool = True


def link(
    dependent: tuple[PlanAction, Transition],
    referenced: tuple[PlanAction, Transition],
    *,
    required: bool = True,
) -> None:
    """Make one action need another one, because a member of it needs a member of the other one."""
    (action, item), (needed, needed_item) = dependent, referenced
    if action is not needed:
        action.needs.setdefault(needed, []).append(Edge(item, needed_item, required))
        needed.dependents.add(action)


def build_graph(
    transitions: Sequence[Transition], replaced_sets: Iterable[ReplacedSet], before: State, after: State
) -> list[PlanAction]:
    """Build the actions of the transitions, with their edges and sections.

    Args:
        transitions: The transitions outside of the replaced sets.
        replaced_sets: The sets of transitions that one statement carries out.
        before: The state before the plan.
        after: The state after the plan.
    """
    actions: list[PlanAction] = []

    def add(operation: ActionKind, *members: Transition) -> PlanAction:
        action = PlanAction(
            operation, list(members), len(actions), _find_section(members[0].identity, before, after)
        )
        actions.append(action)
        return action

    _add_drops(add, [item for item in transitions if item.drops], before, after)
    _add_changes(add, [item for item in transitions if item.after is not None])
    for replaced_set in replaced_sets:
        add(ActionKind.REPLACE, *replaced_set)
    for item in (*transitions, *(item for replaced_set in replaced_sets for item in replaced_set)):
        if item.is_commented:
            add(ActionKind.COMMENT, item)
    _connect(actions, before, after)
    _place_sections(actions, before, after)
    return actions


def _add_drops(
    add: Callable[..., PlanAction], dropped: Sequence[Transition], before: State, after: State
) -> None:
    """Add the actions that drop objects. An object that Postgres drops with another one joins that action."""
    by_identity = {item.identity: item for item in dropped}
    absorbed_by: dict[Identity, Identity] = {}
    for identity, item in by_identity.items():
        candidates = before.dependencies(identity)
        if item.after is not None:
            # In a second run, the object depends only on what it needs after the plan.
            lasting = {dependency.referenced for dependency in after.dependencies(identity)}
            candidates = tuple(dependency for dependency in candidates if dependency.referenced in lasting)
        for dependency in candidates:
            if dependency.on_replace.drops_dependent and dependency.referenced in by_identity:
                absorbed_by[identity] = dependency.referenced
                break
    actions = {
        identity: add(ActionKind.DROP, item)
        for identity, item in by_identity.items()
        if identity not in absorbed_by
    }
    for identity in absorbed_by:
        outermost = identity
        while outermost in absorbed_by:
            outermost = absorbed_by[outermost]
        actions[outermost].members.append(by_identity[identity])


def _add_changes(add: Callable[..., PlanAction], wanted: Sequence[Transition]) -> None:
    """Add the actions that alter and create objects.

    CREATE of a relation absorbs its inline parts, and the replacement of an object those that are adapted to it.
    """
    roots = {
        item.identity: add(ActionKind.CREATE, item)
        for item in wanted
        if item.creates and item.identity.parent is None
    }
    altered = {
        item.identity: add(ActionKind.ALTER, item)
        for item in wanted
        if item.is_altered and item.steps and item.adapts_to is None
    }
    adapted_to = {item.identity: item.adapts_to for item in wanted if item.adapts_to is not None}
    for item in wanted:
        if item.is_altered:
            host = item.adapts_to
            while host in adapted_to:
                host = adapted_to[host]
            if host is not None:
                altered[host].members.append(item)
        elif item.identity.parent is not None:
            root = roots.get(item.identity.root)
            rule = load_kind_rules()[item.identity.kind]
            if root is not None and rule.inline and not rule.must_follow(item.after):
                root.members.append(item)
            else:
                add(ActionKind.CREATE, item)


def _makes(action: PlanAction, item: Transition) -> bool:
    """Return whether an action creates or alters a member."""
    return action.operation is not ActionKind.DROP and item.after is not None


_Places: TypeAlias = dict[Identity, tuple[PlanAction, Transition]]


def _connect(actions: Iterable[PlanAction], before: State, after: State) -> None:
    """Add the edges.

    An object is created after the objects that it needs in the state after, and after an object that uses the same
    name. An object is dropped after its dependents in the state before, and is altered after those that are dropped.
    """
    makers: _Places = {}
    droppers: _Places = {}
    vacated: dict[Namespace, tuple[PlanAction, Transition]] = {}
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
            vacated.update(dict.fromkeys(list_namespaces(item.identity, item.before), place))
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
                # In a second run, the object depends on what it needs after the plan.
                dependencies += after.dependencies(place[1].identity)
            _connect_before(place, dependencies, still_needed, makers, droppers)
    _connect_superseded(makers, droppers)
    for place in (place for place in comments if place[1].identity in makers):
        link(place, makers[place[1].identity])


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


def _connect_superseded(makers: _Places, droppers: _Places) -> None:
    """Add the edges from objects that are dropped to the new ones of their relation that do the same."""
    dropped = {identity: place[1].before for identity, place in droppers.items() if place[1].after is None}
    new = makers.items() if dropped else ()
    created = {identity: place[1].after for identity, place in new if place[1].before is None}
    for identity, successor in pair_superseded(dropped, created):
        # A changed column may need the drop first.
        link(droppers[identity], makers[successor], required=False)


def _find_obsolete_candidates(item: Transition, before: State) -> set[Identity]:
    """Return the objects of the state before that would be taken for those that an object needs.

    A foreign key uses any key on its columns, and a name in a sub-select means the innermost column: what is dropped
    must be gone. An altered object may still refer to what is dropped, and comes first then.
    """
    candidates = before.find_candidates(item.identity, item.after)
    if item.creates:
        return candidates
    return candidates - {dependency.referenced for dependency in before.dependencies(item.identity)}


def _connect_after(
    place: tuple[PlanAction, Transition],
    dependencies: Iterable[Dependency],
    makers: _Places,
    vacated: Mapping[Namespace, tuple[PlanAction, Transition]],
    after: State,
) -> None:
    """Add the edges of an object that is created or altered to what it needs, and to the last user of its name."""
    for dependency in dependencies:
        maker = makers.get(dependency.referenced)
        if maker is not None:
            link(place, maker, required=dependency.required)
    for identity in _list_altered_callees(dependencies, makers, after) if place[1].creates else ():
        link(place, makers[identity], required=False)
    if vacated and _makes(*place) and place[1].creates:
        namespaces = list_namespaces(place[1].identity, place[1].after)
        for namespace in filter(vacated.__contains__, namespaces):
            link(place, vacated[namespace])


def _connect_before(
    place: tuple[PlanAction, Transition],
    dependencies: Iterable[Dependency],
    still_needed: AbstractSet[Identity],
    makers: _Places,
    droppers: _Places,
) -> None:
    """Add the edges of an object that is dropped or altered to the objects on which it depends before."""
    for dependency in dependencies:
        referenced, required = dependency.referenced, dependency.required
        is_released = referenced not in still_needed
        if referenced in droppers and (place[1].drops or is_released):
            link(droppers[referenced], place, required=required)
        # An alteration of the parent does not concern its parts.
        is_part = dependency.source is DependencySource.PARENT
        if is_released and not is_part and referenced in makers and makers[referenced][1].is_altered:
            # Only a change that dependents do not survive must wait for an altered one.
            is_needed = place[1].drops or makers[referenced][1].invalidates_dependents
            link(makers[referenced], place, required=required and is_needed)


def _place_sections(actions: Sequence[PlanAction], before: State, after: State) -> None:
    """Number the sections so that each object comes after those it reads, and drops the other way around."""

    @cache
    def find_section(root: Identity) -> Identity:
        return _find_section(root, before, after)

    dropped: dict[Identity, dict[Identity, None]] = {}
    changed: dict[Identity, dict[Identity, None]] = {}
    for action in sorted(actions, key=lambda action: action.operation is not ActionKind.CREATE):
        is_drop = action.operation is ActionKind.DROP
        for item in action.members:
            if not is_drop and item.after is None:
                continue
            own_root = item.identity.root
            section = find_section(own_root)
            reads = (dropped if is_drop else changed).setdefault(section, {})
            if action.operation is ActionKind.COMMENT:
                continue
            for dependency in (before if is_drop else after).dependencies(item.identity):
                root = dependency.referenced.root
                # Most dependencies are on the own relation.
                if root is not own_root and find_section(root) != section:
                    reads[find_section(root)] = None
    drop_positions = _number(sort_by_reads(dropped, dropped)[::-1])
    positions = _number(sort_by_reads(changed, changed))
    for action in actions:
        if action.operation is ActionKind.REPLACE:
            # A replaced set belongs to the last of its objects.
            wanted = [item.identity for item in action.members if item.after is not None]
            roots = [find_section(identity.root) for identity in wanted]
            action.root = max(roots, key=positions.__getitem__)
        action.position = (drop_positions if action.operation is ActionKind.DROP else positions)[action.root]


def _find_section(identity: Identity, before: State, after: State) -> Identity:
    """Return the object whose section of the file shows an object and its parts."""
    root = identity.root
    item = after.objects.get(root, before.objects.get(root))
    section = None if item is None else load_kind_rules()[root.kind].section(item)
    return root if section is None else _find_section(section, before, after)


def _number(roots: Iterable[Identity]) -> dict[Identity, int]:
    return {root: number for number, root in enumerate(roots)}
