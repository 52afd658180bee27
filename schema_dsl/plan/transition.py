"""The transitions of objects from one state to the other, and the objects that have to change with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from schema_dsl.analysis.identity import QUERIED_KINDS, TYPE_KINDS, Identity
from schema_dsl.errors import DefinitionError, PlanError, join_errors
from schema_dsl.plan.circular_parts import detach_circular_parts
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.detach import detach_parts
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.nesting import nest_hosts
from schema_dsl.plan.refused_changes import (
    build_key_error,
    build_type_error,
    require_no_key,
    require_no_types_over_dropped,
)
from schema_dsl.plan.reused_names import pair_reused_names
from schema_dsl.plan.rule import Alter, AttributeChange, Commented, Replace, load_kind_rules
from schema_dsl.plan.scanned_columns import list_scans
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step


@attrs.frozen(eq=False)
class Transition:
    """An object before and after. Unless it is altered in place, it is dropped, created, or both.

    Attributes:
        identity: The identity of the object.
        before: The object before; None if it does not exist.
        after: The object after; None if it is to be dropped.
        steps: The steps that alter the object in place, without its comment.
        is_altered: Whether the object is altered in place; a new comment alone needs no steps.
        is_commented: Whether the comment has to be set.
        invalidates_dependents: Whether Postgres refuses the alteration while the object has dependents.
        adapts_to: The replaced object whose statement contains that of this one.
        scans: Whether the steps scan the columns of the object. A type that adapts is a new one.
    """

    identity: Identity
    before: Any
    after: Any
    steps: tuple[Step, ...] = ()
    is_altered: bool = False
    is_commented: bool = False
    invalidates_dependents: bool = False
    adapts_to: Identity | None = None
    scans: bool = False

    @property
    def drops(self) -> bool:
        """Return whether the object is dropped, to be recreated or not."""
        return self.before is not None and not self.is_altered

    @property
    def creates(self) -> bool:
        """Return whether the object is created, again or for the first time."""
        return self.after is not None and not self.is_altered

    @property
    def shared_subject(self) -> Identity | None:
        """The object whose statement also alters this object, such as a partitioned table; None if there is none."""
        return next(
            (
                step.subject
                for step in self.steps
                if step.foldable and step.subject.root != self.identity.root
            ),
            None,
        )


ReplacedSet: TypeAlias = list[Transition]
"""Transitions that one statement carries out, so that no other session sees an object missing."""


def build_transitions(
    differences: Sequence[Difference], before: State, after: State
) -> tuple[list[Transition], list[ReplacedSet]]:
    """Return the transitions of the differences and of their dependents.

    The states get the parts that are detached from the objects that have to change.

    Returns:
        The transitions outside of the replaced sets, and the replaced sets.
    """
    differences = detach_circular_parts(differences, before, after)
    transitions = _build_transitions(differences, before, after)
    causes, adapted, restored = _find_dependents(transitions, before, after)
    if restored:
        detached = detach_parts(restored, differences, before, after)
        transitions = _build_transitions(detached, before, after)
        causes, adapted, _ = _find_dependents(transitions, before, after)
    require_no_types_over_dropped(adapted)
    nest_hosts(adapted, causes)
    if causes:

        def change(transition: Transition) -> Transition:
            """Return the transition of an object that has to change with another object."""
            identity, item = transition.identity, transition.after
            if identity in adapted and (transition.before is None or transition.is_altered):
                return _adapt(transition, before, after, adapted[identity])
            if transition.is_altered or transition.before is None:
                present = transition.before or before.objects.get(identity, item)
                _require_nothing_lost(identity, present, causes, is_new=identity not in before.objects)
                return _recreate(identity, present, item)
            return transition

        known = {transition.identity for transition in transitions}
        transitions = [
            change(item)
            if item.identity in causes
            else attrs.evolve(item, adapts_to=adapted.get(item.identity))
            for item in transitions
        ]
        transitions += [
            change(Transition(identity, None, item))
            for identity, item in after.objects.items()
            if identity in causes and identity not in known
        ]
    transitions = [_add_scans(item, before, after) if item.scans else item for item in transitions]
    replaced_sets = _group_replaced(transitions, causes)
    replaced = {transition for replaced_set in replaced_sets for transition in replaced_set}
    return [transition for transition in transitions if transition not in replaced], replaced_sets


def _recreate(identity: Identity, before: Any, after: Any) -> Transition:
    return Transition(identity, before, after, is_commented=_has_comment(after))


def _add_scans(transition: Transition, before: State, after: State) -> Transition:
    """Return the transition with the hazards of the scans of columns.

    Raises:
        PlanError: If Postgres refuses to scan one.
    """
    scans = tuple(dict.fromkeys(list_scans(transition.identity, before, after)))
    steps = tuple(attrs.evolve(step, hazards=(*step.hazards, *scans)) for step in transition.steps)
    return attrs.evolve(transition, steps=steps)


def _require_nothing_lost(
    identity: Identity, item: Any, causes: Mapping[Identity, Sequence[Identity]], *, is_new: bool
) -> None:
    """Raise PlanError if an object with data would be dropped because of the replacement of another object."""
    if any(step.loss is not None for step in load_kind_rules()[identity.kind].drop((identity, item))):
        cause, seen = causes[identity][0], {identity}
        if cause.parent is not None and getattr(item, "partition_by", None):
            raise build_key_error(identity, item, cause, is_new=is_new)
        while cause in causes and cause not in seen:
            seen.add(cause)
            cause = causes[cause][0]
        if cause.kind in TYPE_KINDS | QUERIED_KINDS and hasattr(item, "type"):
            raise build_type_error(identity, item, cause)
        raise PlanError(
            f"{identity} would lose its data, because it depends on {cause}, which is replaced",
            instead="Split the change: remove the dependency in one migration, and add it again in the next one.",
        )


def _adapt(transition: Transition, state: State, wanted: State, replaced: Identity) -> Transition:
    """Return the transition of an object that is converted for the replacement of another object."""
    identity, before, after = transition.identity, state.objects[transition.identity], transition.after
    rule = load_kind_rules()[identity.kind]
    require_no_key(identity, state, replaced)
    assert rule.adapt is not None  # noqa: S101 - the rule of the object calls for it with OnReplace.ADAPT
    resolved = rule.resolve(identity, after, wanted)
    steps = tuple(rule.adapt((identity, resolved), rule.resolve(identity, before, state)))
    return attrs.evolve(
        transition,
        before=before,
        steps=steps,
        scans=False,
        is_altered=True,
        # A new type takes the place of a type that adapts. A part of a table keeps its comment.
        is_commented=transition.is_commented or (identity.parent is None and _has_comment(after)),
        invalidates_dependents=True,
        adapts_to=replaced,
    )


def _has_comment(item: Any) -> bool:
    return getattr(item, "comment", None) is not None


def _build_transitions(differences: Iterable[Difference], state: State, wanted: State) -> list[Transition]:
    """Return the transitions of some differences.

    Raises:
        DefinitionError: If the definitions have to say more about some of the changes.
    """
    transitions, errors = [], []
    for difference in differences:
        try:
            transitions.append(_build_transition(difference, state, wanted))
        except DefinitionError as error:
            errors.append(error)
    if errors:
        raise join_errors(errors)
    return transitions


def _build_transition(difference: Difference, state: State, wanted: State) -> Transition:
    identity, before, after = difference.identity, difference.before, difference.after
    if before is None or after is None:
        return _recreate(identity, before, after)
    rule = load_kind_rules()[identity.kind]
    changes = [rule.attributes[name] for name in difference.attributes]
    builders: dict[AttributeChange, None] = {}
    is_replaced = False
    for change in changes:
        if isinstance(change, Alter):
            builders[change.steps] = None
            is_replaced |= change.possible is not None and not change.possible(before, after)
            is_replaced |= change.possible_in is not None and not change.possible_in(identity, state, wanted)
        is_replaced |= isinstance(change, Replace)
    if is_replaced and rule.replace is None:
        return _recreate(identity, before, after)
    if is_replaced and rule.replace is not None:
        builders = {rule.replace: None}
    old, new = rule.resolve(identity, before, state), rule.resolve(identity, after, wanted)
    steps = tuple(step for build in builders for step in build((identity, new), old))
    scans = any(
        isinstance(change, Alter) and change.scans_dependents and change.scans_dependents(before, after)
        for change in changes
    )
    return Transition(
        identity,
        before,
        after,
        steps,
        scans=scans,
        is_altered=True,
        is_commented=_has_comment(after)
        if is_replaced
        else any(isinstance(change, Commented) for change in changes),
        invalidates_dependents=(is_replaced and rule.replace_invalidates_dependents)
        or any(isinstance(change, Alter) and change.invalidates_dependents for change in changes),
    )


def _find_dependents(
    transitions: Sequence[Transition], before: State, after: State
) -> tuple[dict[Identity, list[Identity]], dict[Identity, Identity], list[Identity]]:
    """Find the direct and indirect dependents that have to change.

    Returns:
        The dependents, each with the objects it depends on; those of them that are not recreated but adapted, each with
        the replaced object; and the objects of which a part has to be removed and restored.
    """
    dropped = {transition.identity for transition in transitions if transition.after is None}
    altered = {transition.identity for transition in transitions if transition.is_altered}
    # An alteration that dependents survive concerns only the dependents that Postgres does not rebuild.
    pending = [
        (transition.identity, not transition.drops)
        for transition in transitions
        if transition.before is not None and (transition.drops or transition.invalidates_dependents)
    ]
    invalidating = {transition.identity for transition in transitions if transition.invalidates_dependents}
    causes: dict[Identity, list[Identity]] = {}
    adapted: dict[Identity, Identity] = {}
    restored: dict[Identity, None] = {}
    while pending:
        changed, is_altered = pending.pop()
        # In a second run, a dependent of the new object exists as well.
        later = () if changed in dropped else after.dependents(changed)
        blocking = (item for item in later if item.on_replace.blocks_drop)
        for dependency in (*before.dependents(changed), *blocking):
            identity = dependency.dependent
            follows = is_altered and dependency.on_replace is OnReplace.FOLLOW
            if follows or dependency.on_replace.keeps_dependent or identity.root in dropped:
                continue
            # An alteration that ends the dependency runs before the change, unless it has to wait for another one, or
            # for an object that depends on the cause of the change.
            needed = {item.referenced for item in after.dependencies(identity)}
            waits = (
                not needed.isdisjoint(invalidating)
                if is_altered
                else _need_any(needed, causes.get(changed, ()), after)
            )
            ends = identity in altered and changed not in needed and not waits
            if ends and not _is_candidate(changed, identity, dropped, before, after):
                continue
            if dependency.on_replace is OnReplace.RESTORE:
                restored[identity] = None
                continue
            adapts = is_altered and dependency.on_replace is OnReplace.ADAPT and identity not in dropped
            if identity not in causes or (identity in adapted and not adapts):
                causes.setdefault(identity, [])
                adapted.pop(identity, None)
                if adapts:
                    adapted[identity] = changed
                pending.append((identity, adapts))
            causes[identity].append(changed)
    return causes, adapted, list(restored)


def _is_candidate(
    changed: Identity, identity: Identity, dropped: Collection[Identity], before: State, after: State
) -> bool:
    """Return whether the new SQL of an object also fits an object that is dropped, such as a function's overload."""
    return changed in dropped and changed in before.find_candidates(identity, after.objects[identity])


def _need_any(identities: Iterable[Identity], causes: Collection[Identity], state: State) -> bool:
    """Return whether one of some objects depends on one of some others."""
    return any(
        dependency.referenced in causes
        for identity in (identities if causes else ())
        for dependency in state.dependencies(identity)
    )


def _pair_within_relations(transitions: Iterable[Transition]) -> dict[Identity, Identity]:
    """Return the dropped parts of relations, each with the new part of the relation that gets its name."""
    return {
        dropped: created
        for dropped, created in pair_reused_names(transitions).items()
        if dropped.parent is not None and dropped.parent == created.parent
    }


def _group_replaced(
    transitions: Sequence[Transition], causes: Mapping[Identity, Iterable[Identity]]
) -> list[ReplacedSet]:
    """Group every recreated object with the objects it depends on, by union-find.

    An object whose name another part of its relation gets, such as a unique index that becomes a constraint, counts as
    recreated too: its guarantee holds throughout.
    """
    reused = _pair_within_relations(transitions)
    recreated = {
        transition.identity
        for transition in transitions
        if transition.before is not None
        and transition.after is not None
        and (not transition.is_altered or transition.invalidates_dependents)
    } | reused.keys()
    if not recreated:
        return []
    leaders = {transition.identity: transition.identity for transition in transitions}

    def find_leader(identity: Identity) -> Identity:
        while leaders[identity] != identity:
            leaders[identity] = leaders[leaders[identity]]
            identity = leaders[identity]
        return identity

    for identity, changed in (*causes.items(), *((old, [new]) for old, new in reused.items())):
        # An object that is dropped and not recreated is dropped before, in a statement of its own.
        if identity in recreated:
            for cause in changed:
                leaders[find_leader(identity)] = find_leader(cause)
    # DROP TABLE drops all objects of the relation.
    dropped = {transition.identity for transition in transitions if transition.after is None}
    for identity in dropped:
        if identity.root in dropped:
            leaders[find_leader(identity)] = find_leader(identity.root)
    replaced_sets: dict[Identity, ReplacedSet] = {}
    for transition in transitions:
        replaced_sets.setdefault(find_leader(transition.identity), []).append(transition)
    return [
        replaced_set
        for replaced_set in replaced_sets.values()
        if any(transition.identity in recreated for transition in replaced_set)
        # Altered objects need no other object to change in the same statement, unless it is recreated.
        and not all(transition.is_altered for transition in replaced_set)
    ]
