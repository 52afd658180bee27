"""Build the Plan from one Catalog to another. This code is the same for all kinds of objects; see rule.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import lock_strength
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.dependents import find_dependents
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.fold import fold_steps
from schema_dsl.plan.order import sort_by_reads
from schema_dsl.plan.rule import Alter, AttributeChange, Commented, Creation, Object, Replace, load_kind_rules
from schema_dsl.plan.step import Group, Hazard, Plan, Step
from schema_dsl.sql import literal

RelationName: TypeAlias = tuple[str, str]

_COMMENT_RANK = 90
# After new columns, and before the steps that may depend on the replaced objects.
_REPLACED_RANK = 25


def plan(before: Catalog, after: Catalog) -> Plan:
    """Build the plan from one state to the other.

    The plan drops objects first. Then it creates and alters the objects of every relation, after the relations
    that they read. It drops every object that `before` has and `after` lacks: a caller that must not drop
    objects removes them from `before`.
    """
    return plan_differences(diff(before, after), after.objects)


def plan_differences(
    differences: Iterable[Difference], present: Mapping[Identity, Any] | None = None
) -> Plan:
    """Build the plan that removes the given differences.

    Args:
        differences: The differences to remove, all or some of those that `diff` lists.
        present: The objects of the state to reach. If one of them does not differ but depends on an object that
            cannot change while it has dependents, the plan recreates it.
    """
    created: dict[RelationName, list[Object]] = {}
    altered: dict[RelationName, list[_AlteredObject]] = {}
    dropped: dict[RelationName, list[Object]] = {}
    transitions, replaced_sets = _add_dependents(list(differences), present or {})
    replaced = {identity for replaced_set in replaced_sets for identity, *_ in replaced_set}
    for identity, old, new, steps in transitions:
        relation = get_relation_name(identity)
        if identity in replaced:
            if new is not None:
                # The reads of a replaced object count for the order of relations.
                altered.setdefault(relation, []).append(_AlteredObject(identity, new, []))
            continue
        if steps:
            altered.setdefault(relation, []).append(_AlteredObject(identity, new, steps))
            continue
        if old is not None:
            dropped.setdefault(relation, []).append((identity, old))
        if new is not None:
            created.setdefault(relation, []).append((identity, new))
    groups = _build_drop_groups(dropped) + _build_create_groups(created, altered, replaced_sets)
    new_relations = {
        relation
        for relation, objects in created.items()
        if any(identity.parent is None for identity, _ in objects)
    }
    new_relations -= dropped.keys()
    return Plan(tuple(_remove_hazards(new_relations, group) for group in groups if group.steps))


def _remove_hazards(new_relations: set[RelationName], group: Group) -> Group:
    """Remove the hazards for new relations, which no other session can use yet."""
    steps = [
        copy_with(
            step, hazards=tuple(hazard for hazard in step.hazards if hazard.relation not in new_relations)
        )
        if any(hazard.relation in new_relations for hazard in step.hazards)
        else step
        for step in group.steps
    ]
    return Group(group.relation, tuple(steps))


def get_relation_name(identity: Identity) -> RelationName:
    """Return the schema and name of the relation that an object is or belongs to."""
    return identity.relation


class _AlteredObject(NamedTuple):
    identity: Identity
    after: Any
    steps: list[Step]


# An object before and after, and the steps that alter it. Without steps the object is dropped, created, or both.
_Transition: TypeAlias = tuple[Identity, Any, Any, list[Step]]


# Transitions that have to run in one statement.
_ReplacedSet: TypeAlias = list[_Transition]


def _add_dependents(
    differences: list[Difference], present: Mapping[Identity, Any]
) -> tuple[list[_Transition], list[_ReplacedSet]]:
    """Return the transitions of the differences and of their dependents, and the sets to replace in one statement."""
    transitions: list[_Transition] = []
    dropped: list[Object] = []
    invalidating: list[Object] = []
    for difference in differences:
        on_both_sides = difference.before is not None and difference.after is not None
        steps = list(_build_alter_steps(difference)) if on_both_sides else []
        transitions.append((difference.identity, difference.before, difference.after, steps))
        if steps and _invalidates_dependents(difference):
            invalidating.append((difference.identity, difference.before))
        elif not steps and difference.before is not None:
            dropped.append((difference.identity, difference.before))
    if not dropped and not invalidating:
        return transitions, []
    objects_before = dict(present)
    objects_before.update(
        (difference.identity, difference.before)
        for difference in differences
        if difference.before is not None
    )
    for difference in differences:
        if difference.before is None:
            objects_before.pop(difference.identity, None)
    dependents_found = find_dependents(dropped, invalidating, objects_before)
    transitions = [
        (*transition[:3], [] if transition[0] in dependents_found else transition[3])
        for transition in transitions
    ]
    known = {difference.identity for difference in differences}
    transitions += [
        (identity, present[identity], present[identity], [])
        for identity in present
        if identity in dependents_found.keys() - known
    ]
    return transitions, _group_replaced(
        transitions, dependents_found, {identity for identity, _ in invalidating}
    )


def _group_replaced(
    transitions: Sequence[_Transition],
    dependents_found: Mapping[Identity, Iterable[Identity]],
    invalidating: AbstractSet[Identity],
) -> list[_ReplacedSet]:
    """Group every recreated object with the objects it depends on, by union-find."""
    parent = {identity: identity for identity, *_ in transitions}

    def find_root(identity: Identity) -> Identity:
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    recreated = {
        identity
        for identity, old, new, steps in transitions
        if old is not None and new is not None and (not steps or identity in invalidating)
    }
    for identity in dependents_found:
        # An object that is dropped and not recreated is dropped before, in a statement of its own.
        if identity in recreated:
            for dependency in dependents_found[identity]:
                parent[find_root(identity)] = find_root(dependency)
    # DROP TABLE drops all objects of the relation.
    dropped_relations = {
        identity for identity, _, new, _ in transitions if new is None and identity.parent is None
    }
    relations = {get_relation_name(identity): identity for identity in dropped_relations}
    for identity, _, new, _ in transitions:
        if new is None and get_relation_name(identity) in relations:
            parent[find_root(identity)] = find_root(relations[get_relation_name(identity)])
    replaced_sets: dict[Identity, _ReplacedSet] = {}
    for transition in transitions:
        replaced_sets.setdefault(find_root(transition[0]), []).append(transition)
    return [
        replaced_set
        for replaced_set in replaced_sets.values()
        if any(identity in recreated for identity, *_ in replaced_set)
        # An altered object without dependents needs no other object to change in the same statement.
        and not (len(replaced_set) == 1 and replaced_set[0][3])
    ]


def _build_replacement_steps(replaced_set: _ReplacedSet) -> list[Step]:
    """Build one step that replaces the set, and the steps that run after it: validations and comments."""
    dropped: dict[RelationName, list[Object]] = {}
    created: dict[RelationName, list[Object]] = {}
    altered: dict[RelationName, list[_AlteredObject]] = {}
    definitions: dict[str, None] = {}
    for identity, old, new, steps in replaced_set:
        relation = get_relation_name(identity)
        definition_query = load_kind_rules()[identity.kind].definition_query
        if definition_query is not None:
            definitions[definition_query(identity)] = None
        if steps:
            altered.setdefault(relation, []).append(_AlteredObject(identity, new, steps))
            continue
        if old is not None:
            dropped.setdefault(relation, []).append((identity, old))
        if new is not None:
            created.setdefault(relation, []).append((identity, new))
    groups = _build_drop_groups(dropped) + _build_create_groups(created, altered)
    steps = [step for group in groups for step in group.steps]
    parts = fold_steps(step for step in steps if not step.separate_transaction and step.rank != _COMMENT_RANK)
    values = {"definitions": list(definitions)}
    replacement = Step(
        replaced_set[0][0],
        "replaced",
        values,
        _REPLACED_RANK,
        tuple(_merge_hazards(parts)),
        parts=tuple(parts),
    )
    return [
        replacement,
        *(step for step in steps if step.separate_transaction or step.rank == _COMMENT_RANK),
    ]


def _merge_hazards(parts: Iterable[Step]) -> Iterable[Hazard]:
    """Merge the hazards of every relation into one with the strongest lock, which is held to the end."""
    by_relation: dict[RelationName, list[Hazard]] = {}
    for step in parts:
        for hazard in step.hazards:
            by_relation.setdefault(hazard.relation, []).append(hazard)
    for relation, hazards in by_relation.items():
        strongest = max(hazards, key=lambda hazard: lock_strength(hazard.lock))
        yield Hazard(
            relation,
            strongest.lock,
            "; ".join(dict.fromkeys(hazard.effect for hazard in hazards)),
            rewrites=any(hazard.rewrites for hazard in hazards),
            scans=any(hazard.scans for hazard in hazards),
            loses_data=any(hazard.loses_data for hazard in hazards),
        )


def _invalidates_dependents(difference: Difference) -> bool:
    attributes = load_kind_rules()[difference.identity.kind].attributes
    return any(
        isinstance(attribute := attributes[name], Alter) and attribute.invalidates_dependents
        for name in difference.attributes
    )


def _build_alter_steps(change: Difference) -> Iterable[Step]:
    """Build the steps that alter an object in place; none if the object has to be recreated."""
    rule = load_kind_rules()[change.identity.kind]
    wanted = (change.identity, change.after)
    step_builders: dict[AttributeChange, None] = {}
    replace = comment = False
    for name in change.attributes:
        match rule.attributes[name]:
            case Alter(steps, possible):
                step_builders[steps] = None
                replace |= possible is not None and not possible(change.before, change.after)
            case Commented():
                comment = True
            case Replace():
                replace = True
    if replace:
        return [*rule.replace(wanted, change.before), *_build_comment_steps([wanted])] if rule.replace else []
    altering = [step for build in step_builders for step in build(wanted, change.before)]
    if comment:
        altering.append(_build_comment_step([wanted]))
    return altering


def _build_drop_groups(dropped: Mapping[RelationName, list[Object]]) -> list[Group]:
    """Build the groups that drop objects: the readers of a relation before the relation itself.

    If relations read each other, the objects that read a relation dropped earlier come first, one by one.
    """
    reads = _find_reads(dropped)
    order = sort_by_reads(
        dropped, {relation: _collect_reads(objects, reads) for relation, objects in dropped.items()}
    )[::-1]
    position = {relation: number for number, relation in enumerate(order)}
    first: list[Group] = []
    then: list[Group] = []
    for relation in order:
        early = [
            item
            for item in dropped[relation]
            if any(position.get(read, len(order)) < position[relation] for read in reads.get(item[0], ()))
        ]
        late = [item for item in dropped[relation] if item not in early] if early else dropped[relation]
        first.append(Group(relation, tuple(_build_drop_steps(early))))
        then.append(Group(relation, tuple(_build_drop_steps(late))))
    return first + then


def _build_drop_steps(objects: list[Object]) -> list[Step]:
    """Build the steps that drop the objects of one relation, and the relation last.

    Objects that Postgres drops together with another object get no step.
    """
    drops_relation = any(identity.parent is None for identity, _ in objects)
    dropped = {identity for identity, _ in objects}
    steps: list[Step] = []
    hazards_elsewhere: list[Hazard] = []
    for identity, item in objects:
        rule = load_kind_rules()[identity.kind]
        drop_steps = rule.drop((identity, item))
        with_relation = drops_relation and identity.parent is not None and rule.dropped_with_relation
        with_dependency = (
            rule.dropped_with_dependency
            and rule.depends_on
            and not dropped.isdisjoint(rule.depends_on(identity, item))
        )
        if with_relation or with_dependency:
            # The implicit drop has the same effects on other relations, such as the target of a foreign key.
            own = get_relation_name(identity)
            hazards_elsewhere += [
                hazard for step in drop_steps for hazard in step.hazards if hazard.relation != own
            ]
        else:
            steps.extend(drop_steps)
    if hazards_elsewhere:
        steps = [attrs.evolve(step, hazards=(*step.hazards, *hazards_elsewhere)) for step in steps]
    return sorted(steps, key=lambda step: -step.rank)


def _find_reads(by_relation: Mapping[RelationName, Iterable[Object]]) -> dict[Identity, list[RelationName]]:
    """Return the relations that every object reads, for the objects of kinds that can read relations."""
    readers = {kind: rule.reads for kind, rule in load_kind_rules().items() if rule.reads is not None}
    return {
        identity: list(readers[identity.kind](identity, item))
        for objects in by_relation.values()
        for identity, item in objects
        if identity.kind in readers
    }


def _collect_reads(
    objects: Iterable[Object], reads: Mapping[Identity, list[RelationName]]
) -> list[RelationName]:
    return [read for identity, _ in objects if identity in reads for read in reads[identity]]


def _build_create_groups(
    created: Mapping[RelationName, list[Object]],
    altered: Mapping[RelationName, list[_AlteredObject]],
    replaced_sets: Iterable[_ReplacedSet] = (),
) -> list[Group]:
    """Build the groups that create and alter objects, every relation after the relations it reads.

    If relations read each other, the objects that read a later relation come at the end.
    """
    concerned = {
        relation: [
            *created.get(relation, ()),
            *((item.identity, item.after) for item in altered.get(relation, ())),
        ]
        for relation in dict.fromkeys([*created, *altered])
    }
    reads = _find_reads(concerned)
    order = sort_by_reads(
        concerned, {relation: _collect_reads(objects, reads) for relation, objects in concerned.items()}
    )
    position = {relation: number for number, relation in enumerate(order)}
    # A replaced set runs with the last of its relations.
    sets_by_relation: dict[RelationName, list[_ReplacedSet]] = {}
    for replaced_set in replaced_sets:
        relations = [get_relation_name(identity) for identity, _, new, _ in replaced_set if new is not None]
        sets_by_relation.setdefault(max(relations, key=lambda name: position[name]), []).append(replaced_set)
    groups, later = [], []
    for relation in order:
        own = position[relation]
        # Of two tables that read each other, one comes first and its readers have to wait.
        waiting = {
            identity
            for identity, _ in concerned[relation]
            if identity in reads and any(position.get(read, -1) > own for read in reads[identity])
        }
        objects = created.get(relation, [])
        now = [item for item in objects if item[0] not in waiting] if waiting else objects
        new = any(identity.parent is None for identity, _ in now)
        steps = _build_create_steps(relation, now, new=new)
        late_steps = (
            _build_create_steps(relation, [item for item in objects if item[0] in waiting], new=new)
            if waiting
            else []
        )
        # Altered objects come first: new objects may depend on them.
        altered_now = [item for item in altered.get(relation, ()) if item.identity not in waiting]
        steps = [step for item in altered_now for step in item.steps] + steps
        late_steps += [
            step for item in altered.get(relation, ()) if item.identity in waiting for step in item.steps
        ]
        for replaced_set in sets_by_relation.get(relation, ()):
            waits = any(identity in waiting for identity, *_ in replaced_set)
            (late_steps if waits else steps).extend(_build_replacement_steps(replaced_set))
        groups.append(Group(relation, tuple(fold_steps(sorted(steps, key=_rank)))))
        if late_steps:
            later.append(Group(relation, tuple(fold_steps(sorted(late_steps, key=_rank)))))
    return groups + later


_rank = attrgetter("rank")


def _build_create_steps(relation: RelationName, objects: list[Object], *, new: bool) -> list[Step]:
    rule_of = load_kind_rules()
    by_kind: dict[str, list[Object]] = {}
    inline: list[Object] = []
    creates_relation = any(identity.parent is None for identity, _ in objects)
    for identity, item in objects:
        if creates_relation and identity.parent is not None and rule_of[identity.kind].inline:
            inline.append((identity, item))
        else:
            by_kind.setdefault(identity.kind, []).append((identity, item))
    steps: list[Step] = []
    for kind, same_kind in by_kind.items():
        steps.extend(rule_of[kind].create(same_kind, Creation(relation, new, inline)))
    return steps + _build_comment_steps(objects, new=new)


def _build_comment_steps(objects: list[Object], *, new: bool = False) -> list[Step]:
    commented = [(identity, item) for identity, item in objects if getattr(item, "comment", None) is not None]
    return [_build_comment_step(commented, new=new)] if commented else []


def _build_comment_step(objects: list[Object], *, new: bool = False) -> Step:
    comments = []
    for identity, item in objects:
        target = load_kind_rules()[identity.kind].comment_target
        # A test checks that every kind with comments has a target.
        assert target is not None  # noqa: S101
        comments.append((target(identity), literal(item.comment)))
    relation = get_relation_name(objects[0][0])
    hazard = Hazard(relation, "ShareUpdateExclusiveLock", "brief; does not block reads or writes")
    return Step(objects[0][0], "comment", {"comments": comments}, _COMMENT_RANK, () if new else (hazard,))
