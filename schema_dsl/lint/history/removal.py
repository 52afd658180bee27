"""Remove objects from the schema, and the objects that Postgres removes with them."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.history.constraints import iter_column_names
from schema_dsl.lint.history.define import remove_defined
from schema_dsl.lint.history.dependencies import list_contents
from schema_dsl.lint.history.dependent import Dependent, Part, Referenced, find_parts, kind_of_parts
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryRelation,
    HistorySchema,
    NamedObject,
    RelationKey,
    Routine,
    UserType,
)


def remove_relation(schema: HistorySchema, key: RelationKey, *, certain: bool, cascade: bool) -> None:
    """Remove a relation, its partitions, and with CASCADE its child tables."""
    parent = schema.relations.get(key)
    for child in parent.children if parent is not None else ():
        # DROP TABLE drops the partitions; only CASCADE drops the other children.
        below = schema.relations.get(child)
        if below is not None and key in below.parents and (cascade or below.partition_of == key):
            remove_relation(schema, child, certain=certain, cascade=cascade)
    if not certain:
        if key in schema.relations:
            schema.doubts.add(["existence"], str(schema.relations[key]))
            schema.relations[key].uncertain = True
        return
    relation = schema.relations.pop(key, None)
    schema.dropped.add(key)
    if relation is not None:
        schema.transaction.removed[key] = relation
        for index in relation.indexes:
            schema.indexes.pop((relation.schema, index), None)


def remove_routine(schema: HistorySchema, routine: Routine) -> None:
    """Remove a routine."""
    overloads = schema.routines[routine.schema, routine.name]
    overloads.remove(routine)
    if not overloads:
        del schema.routines[routine.schema, routine.name]
        schema.dropped_routines.add((routine.schema, routine.name))


def remove_type(schema: HistorySchema, key: RelationKey) -> None:
    """Remove a type, with the constructors of a range and its multirange."""
    removed = schema.types.pop(key, None)
    if removed is not None and removed.kind in {"range", "multirange"}:
        schema.routines.pop(key, None)
        for other, user_type in list(schema.types.items()):
            if user_type.kind == "multirange" and user_type.base == removed.full_name:
                remove_type(schema, other)
    schema.dropped_types.add(key)
    composite = schema.relations.get(key)
    if composite is not None and composite.kind == "composite_type":
        del schema.relations[key]


def remove_index(schema: HistorySchema, relation: HistoryRelation, name: str) -> None:
    """Remove an index of a relation."""
    relation.indexes.pop(name, None)
    schema.indexes.pop((relation.schema, name), None)


def remove_column(schema: HistorySchema, relation: HistoryRelation, name: str) -> list[Referenced]:
    """Remove a column with the constraints and indexes on it, and return the removed objects."""
    column = relation.columns.pop(name, None)
    removed: list[Referenced] = [] if column is None else [column]
    relation.removed_columns[name] = ""
    constraints = [each for each in relation.constraints.values() if constraint_uses(each, name)]
    indexes = [each for each in relation.indexes.values() if _index_uses(each, name)]
    for constraint in constraints:
        del relation.constraints[constraint.name]
    for index in indexes:
        remove_index(schema, relation, index.name)
    return [*removed, *constraints, *indexes]


def constraint_uses(constraint: HistoryConstraint, name: str) -> bool:
    """Return whether a constraint uses a column, and is therefore dropped with it."""
    return name in constraint.columns or name in constraint.checked


def _index_uses(index: HistoryIndex, name: str) -> bool:
    if name in index.columns:
        return True
    if index.tree is None:
        return False
    keys = [param.index_elem.expr for param in index.tree.index_params]
    included = [param.index_elem.name for param in index.tree.index_including_params]
    return name in included or any(name in iter_column_names(key) for key in (*keys, index.tree.where_clause))


def remove_dependents(schema: HistorySchema, removed: Iterable[Referenced]) -> None:
    """Remove the direct and indirect dependents of removed objects, as CASCADE does."""
    pending = [part for each in removed for part in list_contents(each)]
    while pending:
        dependents = list(schema.dependencies.find(schema, pending))
        pending = [part for dependent in dependents for part in _remove_dependent(schema, dependent)]


def _remove_dependent(schema: HistorySchema, dependent: Dependent) -> list[Referenced]:
    """Remove an object, and return the removed objects on which others may depend."""
    owner, part = dependent.owner, dependent.part
    if isinstance(owner, HistoryRelation):
        return _remove_part(schema, owner, part, is_default=dependent.kind == "default")
    if isinstance(owner, UserType):
        remove_type(schema, (owner.schema, owner.name))
    elif not isinstance(owner, Routine):
        remove_defined(schema, owner)
    elif dependent.is_alive(schema):
        remove_routine(schema, owner)
    return [owner]


def _remove_part(
    schema: HistorySchema, owner: HistoryRelation, part: Part | None, *, is_default: bool
) -> list[Referenced]:
    if part is None or (
        isinstance(part, HistoryColumn) and part.name in owner.partition_key and not is_default
    ):
        remove_relation(schema, owner.key, certain=True, cascade=True)
        return list_contents(owner)
    if isinstance(part, HistoryColumn):
        if is_default:
            part.default = None
            return []
        return remove_column(schema, owner, part.name)
    find_parts(owner, part).pop(part.name, None)
    if isinstance(part, HistoryIndex | HistoryConstraint):
        remove_index(schema, owner, part.name)
    return [part]


def doubt_dependents(schema: HistorySchema, dependents: Iterable[Dependent]) -> None:
    """Mark objects as possibly dropped, and nothing else."""
    for dependent in dependents:
        owner, part = dependent.owner, dependent.part
        if isinstance(owner, Routine) or (isinstance(owner, HistoryRelation) and part is None):
            schema.doubts.add(["existence"], owner.name)
            owner.uncertain = True
        elif isinstance(owner, NamedObject):
            owner.created_at = None
        elif isinstance(owner, HistoryRelation) and isinstance(part, HistoryColumn):
            if dependent.kind != "default":
                part.uncertain = True
                schema.doubts.add(["columns"], owner.name)
        elif isinstance(owner, HistoryRelation) and part is not None:
            schema.doubts.add([kind_of_parts(part)], owner.name)
            owner.changed_kinds.add(kind_of_parts(part))


def doubt_columns_of_type(schema: HistorySchema, name: str) -> None:
    """Doubt the columns with an unknown type of this name."""
    for relation, column in schema.dependencies.find_columns_of_type(schema, name):
        schema.doubts.add(["columns"], str(relation))
        column.uncertain = True


def doubt_unknown_uses(schema: HistorySchema) -> None:
    """Doubt the users of types, functions and operators that the history does not create."""
    known = schema.dependencies
    known.resolve(schema)
    for dependents in known.by_name.values():
        doubt_dependents(schema, [each for each in dependents if each.is_alive(schema)])
    for name in known.by_unknown_type:
        doubt_columns_of_type(schema, name)
    for relation in known.find_relations_with_operator_class(schema):
        schema.doubts.add(["indexes"], str(relation))
        relation.changed_kinds.add("indexes")
