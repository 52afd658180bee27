"""The graph of a plan: its actions, with the edges between them and the sections of the file that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.action import ActionKind, PlanAction, get_section
from schema_dsl.plan.connect import connect_actions
from schema_dsl.plan.order import sort_by_reads
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.plan.transition import ReplacedSet, Transition


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
    connect_actions(actions, before, after)
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
            # In a second run, the object depends only on the objects that it needs after the plan.
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


def _add_alterations(
    add: Callable[..., PlanAction], altered: Iterable[Transition]
) -> dict[Identity, PlanAction]:
    """Add the actions that alter objects, one for those that share a statement; return them by the first object."""
    actions: dict[Identity, PlanAction] = {}
    shared: dict[Identity, PlanAction] = {}
    for item in altered:
        subject = item.shared_subject
        if subject in shared:
            shared[subject].members.append(item)
            continue
        actions[item.identity] = add(ActionKind.ALTER, item)
        if subject is not None:
            shared[subject] = actions[item.identity]
    return actions


def _add_changes(add: Callable[..., PlanAction], wanted: Sequence[Transition]) -> None:
    """Add the actions that alter and create objects.

    CREATE of a relation absorbs its inline parts, and the replacement of an object those that are adapted to it. One
    action alters all objects that a statement about another object changes, such as the bounds of partitions.
    """
    roots = {
        item.identity: add(ActionKind.CREATE, item)
        for item in wanted
        if item.creates and item.identity.parent is None
    }
    altered = _add_alterations(
        add, (item for item in wanted if item.is_altered and item.steps and item.adapts_to is None)
    )
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
    section = None if item is None else get_section(root, item)
    return root if section is None else _find_section(section, before, after)


def _number(roots: Iterable[Identity]) -> dict[Identity, int]:
    return {root: number for number, root in enumerate(roots)}
