"""Rename relations, types, routines and schemas, and update the references to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TypeVar

import attrs

from schema_dsl.analysis.builtins import Signature
from schema_dsl.lint.history.schema import (
    HistoryOperator,
    HistoryRelation,
    HistorySchema,
    RelationKey,
    Routine,
)


def move_relation(schema: HistorySchema, relation: HistoryRelation, schema_name: str, name: str) -> None:
    """Move a relation to another name, schema, or both."""
    old = relation.key
    schema.relations.pop(old, None)
    schema.dropped.add(old)
    relation.move(schema_name, name)
    schema.relations[relation.key] = relation
    schema.dropped.discard(relation.key)
    for index in relation.indexes.values():
        schema.indexes.pop((old[0], index.name), None)
        schema.indexes[schema_name, index.name] = index
    moved = {old: relation.key}
    _update_relatives(schema, moved, relation)
    _update_references(schema, moved)


def move_type(schema: HistorySchema, old: RelationKey, new: RelationKey) -> None:
    """Move a type to another name, schema, or both."""
    user_type = schema.types.pop(old)
    user_type.identity = attrs.evolve(user_type.identity, schema=new[0], name=new[1])
    schema.types[new] = user_type
    schema.dropped_types.add(old)
    schema.dropped_types.discard(new)
    _update_references(schema, {old: new})


def move_other(schema: HistorySchema, old: tuple[str, str, str], new: tuple[str, str, str]) -> None:
    """Move a collation or a text search object to another name, schema, or both."""
    moved = schema.others.pop(old)
    moved.identity = attrs.evolve(moved.identity, schema=new[1], name=new[2])
    schema.others[new] = moved


def move_operator(schema: HistorySchema, operator: HistoryOperator, home: str) -> None:
    """Move an operator to another schema."""
    schema.operator_definitions[operator.schema, operator.name].remove(operator)
    operator.schema = home
    schema.operator_definitions.setdefault((home, operator.name), []).append(operator)


def rename_schema(schema: HistorySchema, old: str, new: str) -> None:
    """Rename a schema, and move every object in it."""
    moved = {
        key: (new, key[1])
        for objects in (schema.relations, schema.types, schema.routines, schema.indexes)
        for key in objects
        if key[0] == old
    }
    schema.dropped |= moved.keys() & schema.relations.keys()
    for key, target in moved.items():
        if key in schema.relations:
            schema.relations[key].move(*target)
        if key in schema.types:
            schema.types[key].identity = attrs.evolve(schema.types[key].identity, schema=new)
        for routine in schema.routines.get(key, ()):
            routine.schema = new
        _move_key(schema.relations, key, target)
        _move_key(schema.types, key, target)
        _move_key(schema.routines, key, target)
        _move_key(schema.indexes, key, target)
    _move_others(schema, old, new)
    if old in schema.fully_known_schemas:
        schema.fully_known_schemas.add(new)
    # No object is left under the old name.
    schema.fully_known_schemas.add(old)
    for relation in schema.relations.values():
        _update_relatives(schema, moved, relation)
        for trigger in relation.triggers.values():
            trigger.function = moved.get(trigger.function, trigger.function)
    _update_references(schema, moved)


def _move_others(schema: HistorySchema, old: str, new: str) -> None:
    """Move the operators, collations and text search objects of a schema to another one."""
    for operators in [each for key, each in schema.operator_definitions.items() if key[0] == old]:
        for operator in list(operators):
            move_operator(schema, operator, new)
    for kind, _, name in [key for key in schema.others if key[1] == old]:
        move_other(schema, (kind, old, name), (kind, new, name))


_ValueT = TypeVar("_ValueT")


def _move_key(objects: dict[RelationKey, _ValueT], old: RelationKey, new: RelationKey) -> None:
    if old in objects:
        objects[new] = objects.pop(old)


def move_routine(schema: HistorySchema, routine: Routine, schema_name: str, name: str) -> None:
    """Move a routine to another name, schema, or both, and update the triggers that call it."""
    old = (routine.schema, routine.name)
    overloads = schema.routines[old]
    overloads.remove(routine)
    routine.schema, routine.name = schema_name, name
    schema.routines.setdefault((schema_name, name), []).append(routine)
    if routine.signature.returns != "trigger":
        return
    for relation in schema.relations.values():
        for trigger in relation.triggers.values():
            if trigger.function in {old, ("", old[1])}:
                trigger.function = (schema_name, name)


def _update_references(schema: HistorySchema, moved: Mapping[RelationKey, RelationKey]) -> None:
    """Replace the old names by the new ones in column types, foreign keys, signatures, types and casts."""
    if schema.referenced.isdisjoint(moved):
        return
    schema.referenced |= set(moved.values())
    names = {f"{old[0]}.{old[1]}": f"{new[0]}.{new[1]}" for old, new in moved.items()}

    def named(kind: str | None) -> str | None:
        if kind is None:
            return None
        new_nameames = names.get(kind.removesuffix("[]"))
        return kind if new_nameames is None else new_nameames + ("[]" if kind.endswith("[]") else "")

    for relation in schema.relations.values():
        for column in relation.columns.values():
            column.type = named(column.type)
        for constraint in relation.constraints.values():
            constraint.target = moved.get(constraint.target or ("", ""), constraint.target)
    for routine in schema.all_routines:
        routine.signature = _rename_types(routine.signature, named)
    for user_type in schema.types.values():
        user_type.base = named(user_type.base)
    schema.casts = {(named(source), named(target)) for source, target in schema.casts}
    schema.cast_definitions = {
        (named(source) or source, named(target) or target): cast
        for (source, target), cast in schema.cast_definitions.items()
    }
    for operator in itertools.chain.from_iterable(schema.operator_definitions.values()):
        operator.signature = _rename_types(operator.signature, named)


def _rename_types(signature: Signature, named: Callable[[str | None], str | None]) -> Signature:
    return signature._replace(
        arguments=tuple(named(argument) for argument in signature.arguments),
        returns=named(signature.returns),
        variadic=named(signature.variadic),
        columns=tuple((name, named(kind)) for name, kind in signature.columns),
    )


def _update_relatives(
    schema: HistorySchema, moved: Mapping[RelationKey, RelationKey], relation: HistoryRelation
) -> None:
    """Update the keys of moved relations in their parents and children."""
    for key in (*relation.parents, *relation.children):
        other = schema.relations.get(moved.get(key, key))
        if other is not None:
            _update_inheritance_keys(other, moved)
    _update_inheritance_keys(relation, moved)


def _update_inheritance_keys(relation: HistoryRelation, moved: Mapping[RelationKey, RelationKey]) -> None:
    relation.parents = [moved.get(key, key) for key in relation.parents]
    relation.children = [moved.get(key, key) for key in relation.children]
    if relation.partition_of is not None:
        relation.partition_of = moved.get(relation.partition_of, relation.partition_of)
