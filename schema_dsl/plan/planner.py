"""Build the Plan from one Catalog to another. This code is the same for all kinds of objects; see rule.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.children import mark_children
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.forced import FORCED, mark_forced
from schema_dsl.plan.graph import build_graph
from schema_dsl.plan.guarded_drops import GUARDED_DROPS, join_guarded_drops
from schema_dsl.plan.new_constants import find_later_uses
from schema_dsl.plan.partitions import Partitions, update_partitions
from schema_dsl.plan.rename import Rename, attach_guards, build_rename_groups
from schema_dsl.plan.reused_names import pair_reused_names
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.sequence import sort_actions
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Group, Plan, RelationName, Step
from schema_dsl.plan.step_builder import StepBuilder
from schema_dsl.plan.transition import build_transitions


def plan(
    before: Catalog,
    after: Catalog,
    *,
    renames: Sequence[Rename] = (),
    partitions: Partitions | None = None,
) -> Plan:
    """Build the plan from one state to the other.

    The plan drops every object that `before` has and `after` lacks: a caller that must not drop objects removes them
    from `before`.

    Args:
        before: The state before, after the renames.
        after: The state after.
        renames: The renames, which come first.
        partitions: The partitions of the partitioned tables.
    """
    return plan_differences(diff(before, after), after.objects, renames, partitions)


def plan_differences(
    differences: Iterable[Difference],
    present: Mapping[Identity, Any] | None = None,
    renames: Sequence[Rename] = (),
    partitions: Partitions | None = None,
) -> Plan:
    """Build the plan that removes the given differences.

    Args:
        differences: The differences to remove, all or some of those that `diff` lists.
        present: The objects of the state to reach. If one of them does not differ but depends on an object that
            cannot change while it has dependents, the plan recreates it.
        renames: The renames, which come before the changes: the differences have the new names.
        partitions: The partitions of the partitioned tables.

    Raises:
        PlanError: If the changes cannot be brought into an order.
    """
    rules = load_kind_rules()
    changes = [
        change
        for change in differences
        if change.after is not None
        or not rules[change.identity.kind].is_included(change.identity, present or {})
    ]
    before, after = _build_states(changes, present or {})
    transitions, replaced_sets = build_transitions(changes, before, after)
    actions = sort_actions(build_graph(transitions, replaced_sets, before, after))
    uses = find_later_uses(actions, after)
    reused = pair_reused_names(changes)
    # Other sessions can use a relation of that name before its drop.
    new = {
        change.identity.relation
        for change in changes
        if change.before is None and change.identity.kind in RELATION_KINDS
    } - {identity.relation for identity in reused if identity.parent is None}
    created = {
        item.identity
        for action in actions
        for item in action.members
        if item.creates and item.identity.parent is None and item.identity not in before.objects
    }
    present_partitions = update_partitions(partitions or {}, before.objects, changes)
    builder = StepBuilder(before, after, created, present_partitions, reused, set(reused.values()))
    groups = list(build_rename_groups(renames, present or {}))
    for (_, root), section in groupby(actions, key=lambda action: (action.section, action.root)):
        steps = list(uses.mark(builder.build_steps(list(section))))
        if steps:
            groups.append(Group(root, tuple(steps)))
    marked = mark_children(Plan(tuple(groups)), before.objects, present_partitions)
    # The step that turns FORCE on may come before a count or an update.
    forced = {
        identity.relation
        for state in (before, after)
        for identity, item in state.objects.items()
        if getattr(item, FORCED, None)
    }
    planned = attach_guards(mark_forced(Plan(tuple(join_guarded_drops(marked.groups))), forced))
    merged = _merge_neighbours(planned.groups)
    return Plan(
        tuple(
            attrs.evolve(group, steps=tuple(_remove_hazards(new, step) for step in group.steps))
            for group in merged
        )
    )


def _merge_neighbours(groups: Iterable[Group]) -> Iterator[Group]:
    """Merge neighbouring groups of one root: its changes may follow its rename, or the drops of its parts."""
    last: Group | None = None
    for group in groups:
        if last is not None and last.root == group.root and not _has_own_heading(last, group):
            last = Group(last.root, (*last.steps, *group.steps))
            continue
        if last is not None:
            yield last
        last = group
    if last is not None:
        yield last


def _has_own_heading(*groups: Group) -> bool:
    """Return whether one of some groups deletes data, as its heading says."""
    return any(step.template == GUARDED_DROPS for group in groups for step in group.steps)


def _build_states(changes: Iterable[Difference], present: Mapping[Identity, Any]) -> tuple[State, State]:
    """Build the states before and after from the differences and the objects of the state to reach."""
    before, after = dict(present), dict(present)
    for change in changes:
        for state, item in ((before, change.before), (after, change.after)):
            if item is None:
                state.pop(change.identity, None)
            else:
                state[change.identity] = item
    roots = [change for change in changes if change.identity.parent is None]
    dropped = (change.identity for change in roots if change.after is None)
    new = (change.identity for change in roots if change.before is None)
    return State(before, dropped), State(after, new)


def _remove_hazards(new: set[RelationName], step: Step) -> Step:
    """Remove the hazards for new relations, which no other session can use yet."""
    if not any(hazard.relation in new for hazard in step.hazards):
        return step
    return copy_with(step, hazards=tuple(hazard for hazard in step.hazards if hazard.relation not in new))
