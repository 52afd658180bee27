"""Two Catalogs to a Plan. No kind of object is named here: all that is known of one stands in its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity, completed
from schema_dsl.plan.dependents import dependents
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.order import in_order
from schema_dsl.plan.rule import Alter, AttributeChange, Commented, Creation, Object, Replace, rules
from schema_dsl.plan.step import LOCK_MODES, Group, Hazard, Plan, Step
from schema_dsl.sql import literal

RelationName: TypeAlias = tuple[str, str]

_COMMENT_RANK = 90
# When columns are there, and before anything that may build on what was changed.
_KNOT_RANK = 25


def plan(before: Catalog, after: Catalog) -> Plan:
    """Give the steps from one state to the other.

    What is in the way goes first, then each relation gets what is new or changed on it, a relation that is
    read by another's objects before that one. Nothing that `before` has and `after` lacks is kept: a caller
    who must not drop gives a `before` of what is still declared.
    """
    return from_differences(diff(before, after), after.objects)


def from_differences(
    differences: Iterable[Difference], present: Mapping[Identity, Any] | None = None
) -> Plan:
    """Give the steps that end these differences.

    Args:
        differences: From `diff`, or those of them that are to be ended.
        present: The objects of the state to reach. Those that do not differ are looked through for what
            stands on something that cannot be changed under it, and is made anew.
    """
    made: dict[RelationName, list[Object]] = {}
    altered: dict[RelationName, list[_AlteredObject]] = {}
    gone: dict[RelationName, list[Object]] = {}
    changes, knots = _with_dependents(list(differences), present or {})
    tied = {identity for knot in knots for identity, *_ in knot}
    for identity, old, new, steps in changes:
        relation = relation_of(identity)
        if identity in tied:
            if new is not None:
                # In its place it counts for the order of relations.
                altered.setdefault(relation, []).append(_AlteredObject(identity, new, []))
            continue
        if steps:
            altered.setdefault(relation, []).append(_AlteredObject(identity, new, steps))
            continue
        if old is not None:
            gone.setdefault(relation, []).append((identity, old))
        if new is not None:
            made.setdefault(relation, []).append((identity, new))
    groups = _removals(gone) + _creations(made, altered, knots)
    unused = {
        relation for relation, objects in made.items() if any(not identity.parent for identity, _ in objects)
    }
    unused -= gone.keys()
    return Plan(tuple(_without_hazards_of(unused, group) for group in groups if group.steps))


def _without_hazards_of(unused: set[RelationName], group: Group) -> Group:
    """Leave out what is done to relations that nobody can be using yet."""
    steps = [
        completed(step, hazards=tuple(each for each in step.hazards if each.relation not in unused))
        if any(each.relation in unused for each in step.hazards)
        else step
        for step in group.steps
    ]
    return Group(group.relation, tuple(steps))


def relation_of(identity: Identity) -> RelationName:
    """Name the relation that an object is, or lives on."""
    return identity.schema, identity.parent or identity.name


class _AlteredObject(NamedTuple):
    identity: Identity
    after: Any
    steps: list[Step]


# An object before and after, and the steps that change it in place; without any it is dropped, made, or both.
_Transition: TypeAlias = tuple[Identity, Any, Any, list[Step]]


# Changes that have to be made together.
_Knot: TypeAlias = list[_Transition]


def _with_dependents(
    differences: list[Difference], present: Mapping[Identity, Any]
) -> tuple[list[_Transition], list[_Knot]]:
    """Give all changes, with those of what stands on others; and which of them are made in one statement."""
    changes: list[_Transition] = []
    going: list[Object] = []
    disturbing: list[Object] = []
    for each in differences:
        both = each.before is not None and each.after is not None
        steps = list(_altered(each)) if both else []
        changes.append((each.identity, each.before, each.after, steps))
        if steps and _disturbs(each):
            disturbing.append((each.identity, each.before))
        elif not steps and each.before is not None:
            going.append((each.identity, each.before))
    if not going and not disturbing:
        return changes, []
    standing = dict(present)
    standing.update((each.identity, each.before) for each in differences if each.before is not None)
    for each in differences:
        if each.before is None:
            standing.pop(each.identity, None)
    again = dependents(going, disturbing, standing)
    changes = [(*change[:3], [] if change[0] in again else change[3]) for change in changes]
    known = {each.identity for each in differences}
    changes += [(each, present[each], present[each], []) for each in present if each in again.keys() - known]
    return changes, _knots(changes, again, {identity for identity, _ in disturbing})


def _knots(
    changes: Sequence[_Transition],
    again: Mapping[Identity, Iterable[Identity]],
    disturbing: AbstractSet[Identity],
) -> list[_Knot]:
    """Tie what is made anew to what it stands on, and what is there to what comes in its place."""
    parent = {identity: identity for identity, *_ in changes}

    def top(identity: Identity) -> Identity:
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    returning = {
        identity
        for identity, old, new, steps in changes
        if old is not None and new is not None and (not steps or identity in disturbing)
    }
    for identity in again:
        # What goes for good goes before, by itself.
        if identity in returning:
            for base in again[identity]:
                parent[top(identity)] = top(base)
    # With a relation goes all that is on it.
    lost = {identity for identity, _, new, _ in changes if new is None and not identity.parent}
    relations = {relation_of(identity): identity for identity in lost}
    for identity, _, new, _ in changes:
        if new is None and relation_of(identity) in relations:
            parent[top(identity)] = top(relations[relation_of(identity)])
    knots: dict[Identity, _Knot] = {}
    for change in changes:
        knots.setdefault(top(change[0]), []).append(change)
    return [knot for knot in knots.values() if any(identity in returning for identity, *_ in knot)]


def _untied(knot: _Knot) -> list[Step]:
    """Give one step for what has to be made together, and then what can wait for it."""
    gone: dict[RelationName, list[Object]] = {}
    made: dict[RelationName, list[Object]] = {}
    altered: dict[RelationName, list[_AlteredObject]] = {}
    facts: dict[str, None] = {}
    for identity, old, new, steps in knot:
        relation = relation_of(identity)
        ask = rules()[identity.kind].facts
        if ask is not None:
            facts[ask(identity)] = None
        if steps:
            altered.setdefault(relation, []).append(_AlteredObject(identity, new, steps))
            continue
        if old is not None:
            gone.setdefault(relation, []).append((identity, old))
        if new is not None:
            made.setdefault(relation, []).append((identity, new))
    groups = _removals(gone) + _creations(made, altered)
    steps = [step for group in groups for step in group.steps]
    parts = [step for step in steps if not step.alone and step.rank != _COMMENT_RANK]
    values = {"facts": list(facts), "parts": [(step.template, step.values) for step in parts]}
    together = Step(knot[0][0], "made_anew", values, _KNOT_RANK, tuple(_joined(parts)), parts=tuple(parts))
    return [together, *(step for step in steps if step.alone or step.rank == _COMMENT_RANK)]


def _joined(parts: Iterable[Step]) -> Iterable[Hazard]:
    """Tell of each relation what is done to it while the strongest of all locks is held."""
    by_relation: dict[RelationName, list[Hazard]] = {}
    for step in parts:
        for each in step.hazards:
            by_relation.setdefault(each.relation, []).append(each)
    for relation, hazards in by_relation.items():
        strongest = max(hazards, key=lambda each: LOCK_MODES.index(each.lock) if each.lock else -1)
        yield Hazard(
            relation,
            strongest.lock,
            "; ".join(dict.fromkeys(each.effect for each in hazards)),
            rewrites=any(each.rewrites for each in hazards),
            scans=any(each.scans for each in hazards),
            loses_data=any(each.loses_data for each in hazards),
        )


def _disturbs(change: Difference) -> bool:
    attributes = rules()[change.identity.kind].attributes
    return any(
        isinstance(attribute := attributes[name], Alter) and attribute.disturbs for name in change.attributes
    )


def _altered(change: Difference) -> Iterable[Step]:
    """Give the steps that change an object in place; none if it has to be made anew."""
    rule = rules()[change.identity.kind]
    wanted = (change.identity, change.after)
    makers: dict[AttributeChange, None] = {}
    replace = comment = False
    for name in change.attributes:
        match rule.attributes[name]:
            case Alter(steps, possible):
                makers[steps] = None
                replace |= possible is not None and not possible(change.before, change.after)
            case Commented():
                comment = True
            case Replace():
                replace = True
    if replace:
        return [*rule.replace(wanted, change.before), *_comments([wanted])] if rule.replace else []
    made = [step for make in makers for step in make(wanted, change.before)]
    if comment:
        made.append(_comment_step([wanted]))
    return made


def _removals(gone: Mapping[RelationName, list[Object]]) -> list[Group]:
    """Drop what reads a relation before the relation itself; in a ring, the readers one by one before all."""
    reads = _reads_of(gone)
    order = in_order(gone, {relation: _all(objects, reads) for relation, objects in gone.items()})[::-1]
    position = {relation: number for number, relation in enumerate(order)}
    first: list[Group] = []
    then: list[Group] = []
    for relation in order:
        early = [
            each
            for each in gone[relation]
            if any(position.get(read, len(order)) < position[relation] for read in reads.get(each[0], ()))
        ]
        late = [each for each in gone[relation] if each not in early] if early else gone[relation]
        first.append(Group(relation, tuple(_drops(early))))
        then.append(Group(relation, tuple(_drops(late))))
    return first + then


def _drops(objects: list[Object]) -> list[Step]:
    """Drop what lives on a relation before the relation, and nothing that goes by itself with another object."""
    relation_goes = any(not identity.parent for identity, _ in objects)
    going = {identity for identity, _ in objects}
    steps: list[Step] = []
    along: list[Hazard] = []
    for identity, each in objects:
        rule = rules()[identity.kind]
        dropping = rule.drop((identity, each))
        with_relation = relation_goes and identity.parent and rule.with_relation
        with_base = rule.with_base and rule.stands_on and not going.isdisjoint(rule.stands_on(identity, each))
        if with_relation or with_base:
            # What it does to other relations than its own is done all the same.
            own = relation_of(identity)
            along += [told for step in dropping for told in step.hazards if told.relation != own]
        else:
            steps.extend(dropping)
    if along:
        steps = [attrs.evolve(step, hazards=(*step.hazards, *along)) for step in steps]
    return sorted(steps, key=lambda step: -step.rank)


def _reads_of(by_relation: Mapping[RelationName, Iterable[Object]]) -> dict[Identity, list[RelationName]]:
    """Give what each object reads; of those that read nothing, nothing."""
    readers = {kind: rule.reads for kind, rule in rules().items() if rule.reads is not None}
    return {
        identity: list(readers[identity.kind](identity, each))
        for objects in by_relation.values()
        for identity, each in objects
        if identity.kind in readers
    }


def _all(objects: Iterable[Object], reads: Mapping[Identity, list[RelationName]]) -> list[RelationName]:
    return [read for identity, _ in objects if identity in reads for read in reads[identity]]


def _creations(
    made: Mapping[RelationName, list[Object]],
    altered: Mapping[RelationName, list[_AlteredObject]],
    knots: Iterable[_Knot] = (),
) -> list[Group]:
    """Make and change what is read before what reads it; what cannot wait that long comes at the end."""
    concerned = {
        relation: [
            *made.get(relation, ()),
            *((each.identity, each.after) for each in altered.get(relation, ())),
        ]
        for relation in dict.fromkeys([*made, *altered])
    }
    reads = _reads_of(concerned)
    order = in_order(concerned, {relation: _all(objects, reads) for relation, objects in concerned.items()})
    position = {relation: number for number, relation in enumerate(order)}
    tied: dict[RelationName, list[_Knot]] = {}
    for knot in knots:
        places = [relation_of(identity) for identity, _, new, _ in knot if new is not None]
        tied.setdefault(max(places, key=lambda each: position[each]), []).append(knot)
    groups, later = [], []
    for relation in order:
        own = position[relation]
        # Two tables that read each other cannot both come first.
        waiting = {
            identity
            for identity, _ in concerned[relation]
            if identity in reads and any(position.get(read, -1) > own for read in reads[identity])
        }
        objects = made.get(relation, [])
        now = [each for each in objects if each[0] not in waiting] if waiting else objects
        new = any(not identity.parent for identity, _ in now)
        steps = _created(relation, now, new=new)
        after = (
            _created(relation, [each for each in objects if each[0] in waiting], new=new) if waiting else []
        )
        # What changes goes before what is new and may build on it.
        changed = [each for each in altered.get(relation, ()) if each.identity not in waiting]
        steps = [step for each in changed for step in each.steps] + steps
        after += [
            step for each in altered.get(relation, ()) if each.identity in waiting for step in each.steps
        ]
        for knot in tied.get(relation, ()):
            waits = any(identity in waiting for identity, *_ in knot)
            (after if waits else steps).extend(_untied(knot))
        groups.append(Group(relation, tuple(sorted(steps, key=_rank))))
        if after:
            later.append(Group(relation, tuple(sorted(after, key=_rank))))
    return groups + later


_rank = attrgetter("rank")


def _created(relation: RelationName, objects: list[Object], *, new: bool) -> list[Step]:
    table = rules()
    siblings: dict[str, list[Object]] = {}
    inline: list[Object] = []
    makes_relation = any(not identity.parent for identity, _ in objects)
    for identity, each in objects:
        if makes_relation and identity.parent and table[identity.kind].inline:
            inline.append((identity, each))
        else:
            siblings.setdefault(identity.kind, []).append((identity, each))
    steps: list[Step] = []
    for kind, alike in siblings.items():
        steps.extend(table[kind].create(alike, Creation(relation, new, inline)))
    return steps + _comments(objects, new=new)


def _comments(objects: list[Object], *, new: bool = False) -> list[Step]:
    commented = [(identity, each) for identity, each in objects if getattr(each, "comment", None) is not None]
    return [_comment_step(commented, new=new)] if commented else []


def _comment_step(objects: list[Object], *, new: bool = False) -> Step:
    comments = []
    for identity, each in objects:
        target = rules()[identity.kind].comment_target
        # A kind with comments says how they are addressed; a test holds it.
        assert target is not None  # noqa: S101
        comments.append((target(identity), literal(each.comment)))
    relation = relation_of(objects[0][0])
    hazard = Hazard(relation, "ShareUpdateExclusiveLock", "a moment, while reads and writes go on")
    return Step(objects[0][0], "comment", {"comments": comments}, _COMMENT_RANK, () if new else (hazard,))
