"""Two Catalogs to a Plan. No kind of object is named here: all that is known of one stands in its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.order import in_order
from schema_dsl.plan.rule import Alter, Commented, Creation, Object, Replace, rules
from schema_dsl.plan.step import Group, Plan, Step
from schema_dsl.sql import Sql, literal

Relation: TypeAlias = tuple[str, str]

_COMMENT_RANK = 90


def plan(before: Catalog, after: Catalog) -> Plan:
    """Give the steps from one state to the other.

    What is in the way goes first, then each relation gets what is new or changed on it, a relation that is
    read by another's objects before that one. Nothing that `before` has and `after` lacks is kept: a caller
    who must not drop gives a `before` of what is still declared.
    """
    return from_differences(diff(before, after))


def from_differences(differences: Iterable[Difference]) -> Plan:
    """Give the steps that end these differences."""
    made: dict[Relation, list[Object]] = {}
    altered: dict[Relation, list[Step]] = {}
    gone: dict[Relation, list[Object]] = {}
    for each in differences:
        relation = relation_of(each.identity)
        if each.before is None:
            made.setdefault(relation, []).append((each.identity, each.after))
        elif each.after is None:
            gone.setdefault(relation, []).append((each.identity, each.before))
        else:
            steps = list(_altered(each))
            if steps:
                altered.setdefault(relation, []).extend(steps)
            else:
                gone.setdefault(relation, []).append((each.identity, each.before))
                made.setdefault(relation, []).append((each.identity, each.after))
    groups = [Group(relation, tuple(_drops(objects))) for relation, objects in reversed(gone.items())]
    groups += _creations(made, altered)
    return Plan(tuple(group for group in groups if group.steps))


def relation_of(identity: Identity) -> Relation:
    """Name the relation that an object is, or lives on."""
    return identity.schema, identity.parent or identity.name


def _altered(change: Difference) -> Iterable[Step]:
    """Give the steps that change an object in place; none if it has to be made anew."""
    rule = rules()[change.identity.kind]
    wanted = (change.identity, change.after)
    steps: dict[Any, None] = {}
    replace = False
    for name in change.attributes:
        match rule.attributes[name]:
            case Alter(make):
                steps[make] = None
            case Commented():
                steps[None] = None
            case Replace():
                replace = True
    if replace:
        return list(rule.replace(wanted, change.before)) + _comments([wanted]) if rule.replace else []
    made = [step for make in steps if make is not None for step in make(wanted, change.before)]
    if None in steps:
        made.append(_comment_step([wanted]))
    return made


def _drops(objects: list[Object]) -> list[Step]:
    """Drop what lives on a relation before the relation, and nothing that goes by itself with it."""
    relation_goes = any(not identity.parent for identity, _ in objects)
    steps = []
    for identity, each in objects:
        rule = rules()[identity.kind]
        if not (relation_goes and identity.parent and rule.with_relation):
            steps.extend(rule.drop((identity, each)))
    return sorted(steps, key=lambda step: -step.rank)


def _creations(made: Mapping[Relation, list[Object]], altered: Mapping[Relation, list[Step]]) -> list[Group]:
    reads = {
        relation: [read for identity, each in objects for read in rules()[identity.kind].reads(each)]
        for relation, objects in made.items()
    }
    order = in_order([*made, *(relation for relation in altered if relation not in made)], reads)
    position = {relation: number for number, relation in enumerate(order)}
    groups, later = [], []
    for relation in order:
        now: list[Object] = []
        deferred: list[Object] = []
        for identity, each in made.get(relation, ()):
            # Two tables that read each other cannot both come first.
            waits = any(position.get(read, -1) > position[relation] for read in rules()[identity.kind].reads(each))
            (deferred if waits else now).append((identity, each))
        new = any(not identity.parent for identity, _ in now)
        steps = _created(relation, now, new=new) + list(altered.get(relation, ()))
        groups.append(Group(relation, tuple(sorted(steps, key=lambda step: step.rank))))
        if deferred:
            later.append(Group(relation, tuple(_created(relation, deferred, new=new))))
    return groups + later


def _created(relation: Relation, objects: list[Object], *, new: bool) -> list[Step]:
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
    return steps + _comments(objects)


def _comments(objects: list[Object]) -> list[Step]:
    commented = [(identity, each) for identity, each in objects if getattr(each, "comment", None) is not None]
    return [_comment_step(commented)] if commented else []


def _comment_step(objects: list[Object]) -> Step:
    comments = []
    for identity, each in objects:
        target = rules()[identity.kind].comment_target
        assert target is not None  # noqa: S101 - a kind with comments says how they are addressed; a test holds it
        text = Sql("NULL") if each.comment is None else literal(each.comment)
        comments.append({"target": target(identity), "text": text})
    return Step(objects[0][0], "comment", {"comments": comments}, _COMMENT_RANK)
