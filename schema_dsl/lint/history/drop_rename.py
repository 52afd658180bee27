"""Apply DROP, RENAME, SET SCHEMA, OWNER TO and ALTER FUNCTION."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.effects import Effect, derive_effects
from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.history.alter_table import ensure_relation, find_all_inheritors
from schema_dsl.lint.history.create_objects import install_extension
from schema_dsl.lint.history.create_routine import apply_routine_options
from schema_dsl.lint.history.define import DEFINED_KINDS, drop_defined, find_defined
from schema_dsl.lint.history.dependencies import list_contents
from schema_dsl.lint.history.dependent import Referenced
from schema_dsl.lint.history.domains import alter_domain, rename_domain_constraint
from schema_dsl.lint.history.ownership import rename_role
from schema_dsl.lint.history.privileges import find_matching_routines, grant, resolve_argument_types
from schema_dsl.lint.history.removal import (
    doubt_dependents,
    remove_dependents,
    remove_relation,
    remove_routine,
    remove_type,
)
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    NamedObject,
    RelationKey,
    Routine,
)
from schema_dsl.lint.history.update_references import (
    move_other,
    move_relation,
    move_routine,
    move_type,
    rename_schema,
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
        return [*found, *(each for key, each in _iterate_routines(schema) if key[0] == identity.name)]
    defined = find_defined(schema, group, effect.node) if group in DEFINED_KINDS else None
    return [defined] if defined is not None else []


def _iterate_routines(schema: HistorySchema) -> Iterator[tuple[RelationKey, Routine]]:
    return ((key, routine) for key, overloads in schema.routines.items() for routine in overloads)


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
            doubt_extension_uses(schema)
        elif not found:
            _doubt_name(schema, effect.identity.name)


def _doubt_name(schema: HistorySchema, name: str) -> None:
    """Doubt the users of an object from before the history: definitions, and columns by their types."""
    doubt_dependents(schema, schema.dependencies.find_by_name(schema, name))
    _doubt_columns_of_type(schema, name)


def _doubt_columns_of_type(schema: HistorySchema, name: str) -> None:
    for relation, column in schema.dependencies.find_columns_of_type(schema, name):
        schema.doubts.add(["columns"], str(relation))
        column.uncertain = True


def doubt_extension_uses(schema: HistorySchema) -> None:
    """Doubt the users of types, functions and operators that the history does not create."""
    known = schema.dependencies
    known.resolve(schema)
    for dependents in known.by_name.values():
        doubt_dependents(schema, [each for each in dependents if each.is_alive(schema)])
    for name in known.by_unknown_type:
        _doubt_columns_of_type(schema, name)
    for relation in known.find_relations_with_operator_class(schema):
        schema.doubts.add(["indexes"], str(relation))
        relation.changed_kinds.add("indexes")


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
        _drop_index(schema, named)
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


def _drop_index(schema: HistorySchema, named: RelationKey) -> None:
    index = schema.find_index(*named)
    if index is None:
        return
    schema.indexes.pop((index.schema, index.name), None)
    relation = schema.relations.get(index.relation)
    if relation is not None:
        relation.indexes.pop(index.name, None)


def _drop_schema(schema: HistorySchema, name: str, *, certain: bool) -> None:
    for objects in (schema.relations, schema.routines, schema.types, schema.indexes):
        for key in [key for key in objects if key[0] == name]:
            if certain:
                del objects[key]
                if objects is schema.relations:
                    schema.dropped.add(key)
            elif objects is schema.relations:
                schema.relations[key].uncertain = True
    if certain:
        schema.schemas.discard(name)
        schema.fully_known_schemas.discard(name)


def rename(schema: HistorySchema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Apply a RenameStmt; unless the statement runs for `certain`, the objects of both names become uncertain."""
    identity = derive_effects("rename_stmt", tree)[0].identity
    group = kind_group(identity.kind)
    schema.dependencies.resolve(schema)
    if group in {"column", "attribute"}:
        _rename_columns(schema, tree, certain=certain)
    elif group in {"relation", "index"}:
        _rename_relation(schema, tree, identity, certain=certain)
    elif group in {"policy", "trigger", "rule", "constraint"}:
        if tree.HasField("relation"):
            _rename_part(schema, ensure_relation(schema, tree.relation), group, tree)
        elif identity.parent is not None:
            domain = schema.find_domain(identity.parent.schema, identity.parent.name)
            rename_domain_constraint(domain, tree.subname, tree.newname)
    elif group in {"routine", "type"} | DEFINED_KINDS:
        _move(schema, tree, identity, certain=certain, name=tree.newname)
    elif group == "role" and certain:
        rename_role(schema, identity.name, tree.newname)
    elif group == "schema":
        if certain:
            rename_schema(schema, identity.name, tree.newname)
        else:
            schema.mark_unknown({"relations", "functions", "types"})
        schema.schemas.add(tree.newname)


def _rename_relation(schema: HistorySchema, tree: Node, identity: Identity, *, certain: bool) -> None:
    """Rename a relation or an index: ALTER TABLE ... RENAME also accepts an index, and ALTER INDEX a table."""
    named = identity.schema, identity.name
    if schema.find_index(*named):
        _rename_index(schema, tree.newname, named)
    elif identity.kind != "index" or schema.find_relation(*named):
        _move_relation(schema, ensure_relation(schema, tree.relation), "", tree.newname, certain=certain)


def _rename_columns(schema: HistorySchema, tree: Node, *, certain: bool) -> None:
    relation = ensure_relation(schema, tree.relation)
    for table in find_all_inheritors(schema, relation) if tree.relation.inh else (relation,):
        _rename_column(table, tree.subname, tree.newname, certain=certain)


def _rename_column(relation: HistoryRelation, old: str, new: str, *, certain: bool) -> None:
    renamed = relation.columns.get(old)
    if renamed is None:
        if certain:
            relation.removed_columns[old] = new
        return
    if not certain:
        renamed.uncertain = True
        # If the statement does not run, a column of the new name exists, and its type is unknown.
        relation.columns[new] = HistoryColumn(relation.part("column", new), uncertain=True)
        return
    renamed.rename(new)
    relation.columns = {new if name == old else name: column for name, column in relation.columns.items()}
    relation.removed_columns[old] = new
    relation.removed_columns.pop(new, None)
    for constraint in relation.constraints.values():
        constraint.columns = _replace_name(constraint.columns, old, new)
    for index in relation.indexes.values():
        index.columns = _replace_name(index.columns, old, new)


def _replace_name(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in columns)


def _move(
    schema: HistorySchema, tree: Node, identity: Identity, *, certain: bool, home: str = "", name: str = ""
) -> None:
    """Move a relation, routine or type to another schema, or rename it."""
    group = kind_group(identity.kind)
    if group == "extension":
        install_extension(schema, identity.name, home)
    elif group == "relation":
        _move_relation(schema, ensure_relation(schema, tree.relation), home, name, certain=certain)
    elif group == "routine":
        for routine in list(find_matching_routines(schema, tree.object.object_with_args)):
            move_routine(schema, routine, home or routine.schema, name or routine.name)
    elif group == "type":
        full = schema.find_type_name(identity.schema, identity.name) or ""
        _move_type(schema, full, home, name, certain=certain)
    elif group in DEFINED_KINDS:
        found = schema.find_other(group, identity.schema, identity.name)
        if found is not None and certain:
            move_other(schema, (group, *found), (group, home or found[0], name or found[1]))
        elif found is not None:
            new = home or found[0], name or found[1]
            schema.others[(group, *found)].created_at = None
            schema.others.setdefault((group, *new), NamedObject(Identity(group, *new)))


def _move_relation(
    schema: HistorySchema, relation: HistoryRelation, home: str, name: str, *, certain: bool
) -> None:
    new = (home or relation.schema, name or relation.name)
    if certain:
        move_relation(schema, relation, *new)
        return
    relation.uncertain = True
    relation.complete = False
    schema.relations[new] = HistoryRelation(table_identity(*new), uncertain=True)


def _move_type(schema: HistorySchema, full: str, home: str, name: str, *, certain: bool) -> None:
    old_schema, _, old_name = full.rpartition(".")
    old, new = (old_schema, old_name), (home or old_schema, name or old_name)
    composite = schema.relations.get(old)
    if not certain:
        schema.mark_unknown({"types"})
    elif composite is not None and composite.kind == "composite_type":
        move_relation(schema, composite, *new)
    elif old in schema.types:
        move_type(schema, old, new)


def _rename_index(schema: HistorySchema, new: str, named: RelationKey) -> None:
    index = schema.find_index(*named)
    if index is None:
        return
    relation = schema.relations.get(index.relation)
    old = index.name
    schema.indexes.pop((index.schema, old), None)
    index.rename(new)
    schema.indexes[index.schema, new] = index
    if relation is None:
        return
    relation.indexes.pop(old, None)
    relation.indexes[new] = index
    constraint = relation.constraints.pop(old, None)
    if constraint is not None:
        # A constraint has the same name as its index.
        constraint.rename(new)
        relation.constraints[new] = constraint


def _rename_part(schema: HistorySchema, relation: HistoryRelation, kind: str, tree: Node) -> None:
    if kind == "constraint" and tree.subname in relation.indexes:
        _rename_index(schema, tree.newname, (relation.schema, tree.subname))
        return
    parts = parts_by_kind(relation)[kind]
    part = parts.pop(tree.subname, None)
    if part is not None:
        part.rename(tree.newname)
        parts[tree.newname] = part


def parts_by_kind(relation: HistoryRelation) -> dict[str, dict[str, Any]]:
    """Return the parts of a relation that have a name of their own, by kind and name."""
    return {
        "policy": relation.policies,
        "trigger": relation.triggers,
        "rule": relation.rules,
        "constraint": relation.constraints,
    }


def set_schema(schema: HistorySchema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Move an object to another schema (ALTER ... SET SCHEMA)."""
    schema.dependencies.resolve(schema)
    identity = derive_effects("alter_object_schema_stmt", tree)[0].identity
    _move(schema, tree, identity, certain=certain, home=tree.newschema)


def alter_owner(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Set the owner of a routine or type; the owner of a relation is set by ALTER TABLE."""
    group = kind_group(object_kind(tree.object_type))
    if group == "type":
        full = schema.find_type_name(*qualified_name(tree.object.list.items))
        found = schema.find_user_type(full) if full else None
        if found is not None:
            found.owner = tree.newowner.rolename or None
    elif group == "routine":
        for routine in find_matching_routines(schema, tree.object.object_with_args):
            routine.owner = tree.newowner.rolename or None
            schema.note_roles([routine.owner], routine)


def alter_function(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Change the options of a routine."""
    for routine in find_matching_routines(schema, tree.func):
        apply_routine_options(routine, tree.actions)


HANDLERS: dict[str, Callable[..., None]] = {
    "alter_owner_stmt": alter_owner,
    "alter_function_stmt": alter_function,
    "grant_stmt": grant,
}
GUARDED_HANDLERS: dict[str, Callable[..., None]] = {
    "rename_stmt": rename,
    "alter_domain_stmt": alter_domain,
    "alter_object_schema_stmt": set_schema,
}
