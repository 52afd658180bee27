"""Apply DROP, and find the objects that it drops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schema_dsl.analysis.effects import Effect
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.lint.history.define import DEFINED_KINDS, drop_defined, find_defined
from schema_dsl.lint.history.dependencies import list_contents
from schema_dsl.lint.history.dependent import Referenced
from schema_dsl.lint.history.privileges import find_matching_routines, resolve_argument_types
from schema_dsl.lint.history.removal import (
    doubt_columns_of_type,
    doubt_dependents,
    doubt_unknown_uses,
    remove_dependents,
    remove_index,
    remove_relation,
    remove_routine,
    remove_type,
)
from schema_dsl.lint.history.rename import parts_by_kind
from schema_dsl.lint.history.schema import (
    HistoryRelation,
    HistorySchema,
    RelationKey,
    Routine,
)
from schema_dsl.parsing import Node


def drop(schema: HistorySchema, dropped: Sequence[Effect], *, certain: bool) -> None:
    """Apply the effects of a DROP; unless the statement runs for `certain`, the objects only become uncertain."""
    if dropped[0].cascade:
        _apply_cascade(schema, dropped, certain=certain)
    for effect in dropped:
        _drop_object(schema, effect, certain=certain)


def find_dropped_objects(schema: HistorySchema, effect: Effect) -> list[Referenced]:
    """Return the objects of the history that an effect of DROP is about."""
    identity = effect.identity
    group, named = kind_group(identity.kind), (identity.schema, identity.name)
    if group == "relation":
        relation = schema.find_relation(*named)
        return [] if relation is None else [schema.relations[key] for key in _list_dropped(schema, relation)]
    if group == "routine":
        return list(_find_dropped_routines(schema, effect.node.object_with_args))
    if group == "type":
        full = schema.find_type_name(*named) or ""
        user_type = schema.find_user_type(full) or schema.find_row_relation(full)
        return [] if user_type is None else [user_type]
    if group == "index":
        index = schema.find_index(*named)
        return [] if index is None else [index]
    if group == "schema":
        by_kind = (schema.relations, schema.types)
        found = [each for objects in by_kind for key, each in objects.items() if key[0] == identity.name]
        return [*found, *(each for each in schema.all_routines if each.schema == identity.name)]
    defined = find_defined(schema, group, effect.node) if group in DEFINED_KINDS else None
    return [defined] if defined is not None else []


def _list_dropped(schema: HistorySchema, relation: HistoryRelation) -> list[RelationKey]:
    """Return the keys of a relation and its partitions, which DROP TABLE drops too."""
    below = (schema.relations.get(key) for key in relation.children)
    partitions = [each for each in below if each is not None and each.partition_of == relation.key]
    known = [relation.key] if schema.relations.get(relation.key) is relation else []
    return [*known, *(key for partition in partitions for key in _list_dropped(schema, partition))]


def _apply_cascade(schema: HistorySchema, dropped: Sequence[Effect], *, certain: bool) -> None:
    """Drop the dependents of the dropped objects, and doubt those that name an unknown object."""
    for effect in dropped:
        found = find_dropped_objects(schema, effect)
        if certain:
            remove_dependents(schema, found)
        else:
            contents = [part for each in found for part in list_contents(each)]
            doubt_dependents(schema, schema.dependencies.find(schema, contents))
        if effect.identity.kind == "extension":
            doubt_unknown_uses(schema)
        elif not found:
            _doubt_name(schema, effect.identity.name)


def _doubt_name(schema: HistorySchema, name: str) -> None:
    """Doubt the users of an object from before the history: definitions, and columns by their types."""
    doubt_dependents(schema, schema.dependencies.find_by_name(schema, name))
    doubt_columns_of_type(schema, name)


def _drop_object(schema: HistorySchema, effect: Effect, *, certain: bool) -> None:
    identity = effect.identity
    group, named = kind_group(identity.kind), (identity.schema, identity.name)
    if group == "relation":
        _drop_named_relation(schema, named, certain=certain, cascade=effect.cascade)
    elif group == "routine":
        _drop_routine(schema, effect.node.object_with_args, certain=certain)
    elif group == "type":
        _drop_type(schema, named, certain=certain)
    elif group == "index":
        _drop_index(schema, named, certain=certain)
    elif group == "schema":
        _drop_schema(schema, identity.name, certain=certain)
    elif group in {"policy", "trigger", "rule"}:
        relation = schema.find_relation(*identity.relation)
        if relation is not None:
            parts_by_kind(relation)[group].pop(identity.name, None)
            # If the statement may not run, the policy, trigger or rule may still exist.
            relation.fully_known = relation.fully_known and certain
    elif group == "extension" and certain:
        schema.extensions.discard(identity.name)
    elif group in DEFINED_KINDS:
        drop_defined(schema, group, effect.node, certain=certain)


def _drop_named_relation(schema: HistorySchema, named: RelationKey, *, certain: bool, cascade: bool) -> None:
    schema_name, name = named
    relation = schema.find_relation(schema_name, name)
    key = relation.key if relation is not None else (schema.creation_schema(schema_name), name)
    remove_relation(schema, key, certain=certain, cascade=cascade)


def _find_dropped_routines(schema: HistorySchema, node: Node) -> list[Routine]:
    routines = list(find_matching_routines(schema, node))
    exact = [each for each in routines if each.signature.arguments == resolve_argument_types(schema, node)]
    return exact or routines[:1]


def _drop_routine(schema: HistorySchema, node: Node, *, certain: bool) -> None:
    for routine in _find_dropped_routines(schema, node):
        routine.uncertain = True
        if certain:
            remove_routine(schema, routine)


def _drop_type(schema: HistorySchema, named: RelationKey, *, certain: bool) -> None:
    full = schema.find_type_name(*named)
    schema_name, _, name = (full or "").rpartition(".")
    if certain and schema_name:
        remove_type(schema, (schema_name, name))
    elif schema_name:
        schema.doubts.add(["existence"], name)
        user_type, relation = schema.types.get((schema_name, name)), schema.relations.get((schema_name, name))
        if user_type is not None:
            user_type.may_have_changed = True
        if relation is not None:
            relation.uncertain = True


def _drop_index(schema: HistorySchema, named: RelationKey, *, certain: bool) -> None:
    index = schema.find_index(*named)
    relation = None if index is None else schema.relations.get(index.relation)
    if index is None or relation is None:
        return
    if certain:
        remove_index(schema, relation, index.name)
    else:
        schema.doubts.add(["indexes"], str(relation))
        relation.changed_kinds.add("indexes")


def _drop_schema(schema: HistorySchema, name: str, *, certain: bool) -> None:
    objects: tuple[dict[RelationKey, Any], ...] = (
        schema.relations,
        schema.routines,
        schema.types,
        schema.indexes,
        schema.operator_definitions,
    )
    if not certain:
        _doubt_schema(schema, name)
        return
    for found in objects:
        for key in [key for key in found if key[0] == name]:
            del found[key]
            if found is schema.relations:
                schema.dropped.add(key)
    for other in [each for each in schema.others if each[1] == name]:
        del schema.others[other]
    schema.schemas.discard(name)
    schema.fully_known_schemas.discard(name)


def _doubt_schema(schema: HistorySchema, name: str) -> None:
    schema.doubts.add(["contents"], name)
    for (home, _), relation in schema.relations.items():
        relation.uncertain |= home == name
    for routine in schema.all_routines:
        routine.uncertain |= routine.schema == name
    for user_type in schema.types.values():
        user_type.may_have_changed |= user_type.schema == name
