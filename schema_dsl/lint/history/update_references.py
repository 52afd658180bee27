"""What else changes where a relation, type or schema gets another name: everything that refers to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TypeVar

from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.schema import HistoryRelation, RelationKey, Routine, Schema


def move_relation(schema: Schema, relation: HistoryRelation, where: str, name: str) -> None:
    """Give a relation another name, schema, or both."""
    old = relation.key
    schema.relations.pop(old, None)
    schema.dropped.add(old)
    relation.schema, relation.name = where, name
    schema.relations[relation.key] = relation
    schema.dropped.discard(relation.key)
    for index in relation.indexes.values():
        schema.indexes.pop((old[0], index.name), None)
        schema.indexes[where, index.name] = index
        index.relation = relation.key
    moved = {old: relation.key}
    _family(schema, moved, relation)
    _refer(schema, moved)


def move_type(schema: Schema, old: RelationKey, new: RelationKey) -> None:
    """Give a type another name, schema, or both."""
    found = schema.types.pop(old)
    found.schema, found.name = new
    schema.types[new] = found
    schema.dropped_types.add(old)
    schema.dropped_types.discard(new)
    _refer(schema, {old: new})


def rename_schema(schema: Schema, old: str, new: str) -> None:
    """Give a schema another name, and so everything in it."""
    moved = {
        key: (new, key[1])
        for held in (schema.relations, schema.types, schema.routines, schema.indexes)
        for key in held
        if key[0] == old
    }
    schema.dropped |= moved.keys() & schema.relations.keys()
    for key, target in moved.items():
        for made in (schema.relations.get(key), schema.types.get(key), *schema.routines.get(key, ())):
            if made is not None:
                made.schema = new
        _rekey(schema.relations, key, target)
        _rekey(schema.types, key, target)
        _rekey(schema.routines, key, target)
        _rekey(schema.indexes, key, target)
    for index in schema.indexes.values():
        index.relation = moved.get(index.relation, index.relation)
    if old in schema.closed:
        schema.closed.add(new)
    # Nothing of that name is left.
    schema.closed.add(old)
    for relation in schema.relations.values():
        _family(schema, moved, relation)
        for trigger in relation.triggers.values():
            trigger.function = moved.get(trigger.function, trigger.function)
    _refer(schema, moved)


_ValueT = TypeVar("_ValueT")


def _rekey(held: dict[RelationKey, _ValueT], old: RelationKey, new: RelationKey) -> None:
    if old in held:
        held[new] = held.pop(old)


def move_routine(schema: Schema, routine: Routine, where: str, name: str) -> None:
    """Give a function another name, schema, or both; its triggers still call it."""
    old = (routine.schema, routine.name)
    held = schema.routines[old]
    held.remove(routine)
    routine.schema, routine.name = where, name
    schema.routines.setdefault((where, name), []).append(routine)
    if routine.signature.returns != "trigger":
        return
    for relation in schema.relations.values():
        for trigger in relation.triggers.values():
            if trigger.function in {old, ("", old[1])}:
                trigger.function = (where, name)


def _refer(schema: Schema, moved: Mapping[RelationKey, RelationKey]) -> None:
    """Let what refers to something by its old name refer to it by the new one."""
    if schema.referred.isdisjoint(moved):
        return
    schema.referred |= set(moved.values())
    names = {f"{old[0]}.{old[1]}": f"{new[0]}.{new[1]}" for old, new in moved.items()}

    def named(kind: str | None) -> str | None:
        if kind is None:
            return None
        found = names.get(kind.removesuffix("[]"))
        return kind if found is None else found + ("[]" if kind.endswith("[]") else "")

    for relation in schema.relations.values():
        for column in relation.columns.values():
            column.type = named(column.type)
        for constraint in relation.constraints.values():
            constraint.target = moved.get(constraint.target or ("", ""), constraint.target)
    for routine in itertools.chain.from_iterable(schema.routines.values()):
        routine.signature = _renamed(routine.signature, named)
    for made in schema.types.values():
        made.base = named(made.base)
    schema.casts = {(named(source), named(target)) for source, target in schema.casts}


def _renamed(signature: Signature, named: Callable[[str | None], str | None]) -> Signature:
    return signature._replace(
        arguments=tuple(named(each) for each in signature.arguments),
        returns=named(signature.returns),
        variadic=named(signature.variadic),
        columns=tuple((name, named(kind)) for name, kind in signature.columns),
    )


def _family(schema: Schema, moved: Mapping[RelationKey, RelationKey], relation: HistoryRelation) -> None:
    """Tell the parents and children of what has moved."""
    for key in (*relation.parents, *relation.children):
        other = schema.relations.get(moved.get(key, key))
        if other is not None:
            _rename_family(other, moved)
    _rename_family(relation, moved)


def _rename_family(relation: HistoryRelation, moved: Mapping[RelationKey, RelationKey]) -> None:
    relation.parents = [moved.get(key, key) for key in relation.parents]
    relation.children = [moved.get(key, key) for key in relation.children]
    if relation.partition_of is not None:
        relation.partition_of = moved.get(relation.partition_of, relation.partition_of)
