"""Apply DROP, RENAME, SET SCHEMA, OWNER TO and ALTER FUNCTION."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.effects import Effect, derive_effects
from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.history.alter_table import (
    drop_dependent_policies,
    ensure_relation,
    find_all_inheritors,
    mark_dependent_views_uncertain,
)
from schema_dsl.lint.history.create_objects import install_extension
from schema_dsl.lint.history.create_routine import apply_routine_options
from schema_dsl.lint.history.define import DEFINED_KINDS, drop_defined
from schema_dsl.lint.history.privileges import find_matching_routines, grant, resolve_argument_types
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryPosition,
    HistoryRelation,
    RelationKey,
    Schema,
)
from schema_dsl.lint.history.update_references import move_relation, move_routine, move_type, rename_schema
from schema_dsl.parsing import Node


def drop(schema: Schema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Apply a DropStmt; unless the statement runs for `certain`, the objects only become uncertain."""
    dropped = derive_effects("drop_stmt", tree)
    if certain and dropped[0].cascade:
        _apply_cascade(schema, [effect.identity for effect in dropped])
    for effect in dropped:
        _drop_object(schema, effect, certain=certain)


def _drop_object(schema: Schema, effect: Effect, *, certain: bool) -> None:
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
    elif group in {"policy", "trigger"}:
        relation = schema.find_relation(*identity.relation)
        if relation is not None:
            parts_by_name = relation.policies if group == "policy" else relation.triggers
            parts_by_name.pop(identity.name, None)
            # If the statement may not run, the policy or trigger may still exist.
            relation.fully_known = relation.fully_known and certain
    elif group in DEFINED_KINDS and certain:
        drop_defined(schema, group, effect.node)


def _apply_cascade(schema: Schema, dropped: list[Identity]) -> None:
    """Drop the dependents of the dropped objects, or mark them as uncertain."""
    group, dropped_names = kind_group(dropped[0].kind), {identity.name for identity in dropped}
    if group == "relation":
        mark_dependent_views_uncertain(schema, dropped_names)
        for relation in schema.relations.values():
            relation.constraints = {
                name: constraint
                for name, constraint in relation.constraints.items()
                if not constraint.target or constraint.target[1] not in dropped_names
            }
            if relation.policies:
                drop_dependent_policies(relation, dropped_names)
    elif group == "routine":
        for relation in schema.relations.values():
            relation.triggers = {
                name: trigger
                for name, trigger in relation.triggers.items()
                if trigger.function[1] not in dropped_names
            }
            relation.unknown_kinds |= {"policies", "constraints", "indexes"}
    elif group in {"type", "extension", "schema"}:
        for relation in schema.relations.values():
            relation.uncertain = relation.uncertain or relation.of_type
        # CASCADE drops the columns and functions that use the type.
        schema.mark_unknown({"columns", "functions", "types", "indexes", "constraints", "policies"})


def _drop_named_relation(schema: Schema, named: RelationKey, *, certain: bool, cascade: bool) -> None:
    schema_name, name = named
    relation = schema.find_relation(schema_name, name)
    key = relation.key if relation is not None else (schema.creation_schema(schema_name), name)
    drop_relation(schema, key, certain=certain, cascade=cascade)


def drop_relation(schema: Schema, key: RelationKey, *, certain: bool, cascade: bool) -> None:
    """Drop a relation, its partitions, and with CASCADE its child tables."""
    parent = schema.relations.get(key)
    for child in parent.children if parent is not None else ():
        # DROP TABLE drops the partitions; only CASCADE drops the other children.
        below = schema.relations.get(child)
        if below is not None and key in below.parents and (cascade or below.partition_of == key):
            drop_relation(schema, child, certain=certain, cascade=cascade)
    if not certain:
        if key in schema.relations:
            schema.relations[key].uncertain = True
        return
    relation = schema.relations.pop(key, None)
    schema.dropped.add(key)
    if relation is not None:
        for index in relation.indexes:
            schema.indexes.pop((relation.schema, index), None)


def _drop_routine(schema: Schema, node: Node, *, certain: bool) -> None:
    routines = list(find_matching_routines(schema, node))
    exact = [
        routine for routine in routines if routine.signature.arguments == resolve_argument_types(schema, node)
    ]
    for routine in exact or routines[:1]:
        routine.uncertain = True
        if certain:
            overloads = schema.routines[routine.schema, routine.name]
            overloads.remove(routine)
            if not overloads:
                del schema.routines[routine.schema, routine.name]
                schema.dropped_routines.add((routine.schema, routine.name))


def _drop_type(schema: Schema, named: RelationKey, *, certain: bool) -> None:
    full = schema.find_type_name(*named)
    schema_name, _, name = (full or "").rpartition(".")
    if certain and schema_name:
        dropped_type = schema.types.pop((schema_name, name), None)
        if dropped_type is not None and dropped_type.kind == "range":
            schema.routines.pop((schema_name, name), None)
        schema.dropped_types.add((schema_name, name))
        composite = schema.relations.get((schema_name, name))
        if composite is not None and composite.kind == "composite":
            del schema.relations[schema_name, name]


def _drop_index(schema: Schema, named: RelationKey) -> None:
    schema_name, name = named
    for home in (schema_name,) if schema_name else (TEMPORARY_SCHEMA, *schema.search_path):
        index = schema.indexes.pop((home, name), None)
        if index is not None and index.relation in schema.relations:
            schema.relations[index.relation].indexes.pop(name, None)


def _drop_schema(schema: Schema, name: str, *, certain: bool) -> None:
    for objects in (schema.relations, schema.routines, schema.types, schema.indexes):
        for key in [key for key in objects if key[0] == name]:
            if certain:
                del objects[key]
            elif objects is schema.relations:
                schema.relations[key].uncertain = True
    if certain:
        schema.schemas.discard(name)
        schema.fully_known_schemas.discard(name)


def rename(schema: Schema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Apply a RenameStmt; unless the statement runs for `certain`, the objects of both names become uncertain."""
    identity = derive_effects("rename_stmt", tree)[0].identity
    group = kind_group(identity.kind)
    if group in {"column", "attribute"}:
        _rename_columns(schema, tree, certain=certain)
    elif group in {"relation", "index"}:
        _rename_relation(schema, tree, identity, certain=certain)
    elif group in {"policy", "trigger", "constraint"}:
        if tree.HasField("relation"):
            _rename_part(ensure_relation(schema, tree.relation), group, tree)
    elif group in {"routine", "type"}:
        _move(schema, tree, identity, certain=certain, name=tree.newname)
    elif group == "schema":
        if certain:
            rename_schema(schema, identity.name, tree.newname)
        else:
            schema.mark_unknown({"relations", "functions", "types"})
        schema.schemas.add(tree.newname)


def _rename_relation(schema: Schema, tree: Node, identity: Identity, *, certain: bool) -> None:
    """Rename a relation or an index: ALTER TABLE ... RENAME also accepts an index, and ALTER INDEX a table."""
    named = identity.schema, identity.name
    if schema.find_index(*named):
        _rename_index(schema, tree.newname, named)
    elif identity.kind != "index" or schema.find_relation(*named):
        _move_relation(schema, ensure_relation(schema, tree.relation), "", tree.newname, certain=certain)


def _rename_columns(schema: Schema, tree: Node, *, certain: bool) -> None:
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
        # If the statement does not run, a column of the new name exists, and nothing tells its type.
        relation.columns[new] = type(renamed)(new, None, uncertain=True)
        return
    renamed.name = new
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
    schema: Schema, tree: Node, identity: Identity, *, certain: bool, home: str = "", name: str = ""
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


def _move_relation(schema: Schema, relation: HistoryRelation, home: str, name: str, *, certain: bool) -> None:
    new = (home or relation.schema, name or relation.name)
    if certain:
        move_relation(schema, relation, *new)
        return
    relation.uncertain = True
    relation.complete = False
    schema.relations[new] = HistoryRelation(*new, uncertain=True)


def _move_type(schema: Schema, full: str, home: str, name: str, *, certain: bool) -> None:
    old_schema, _, old_name = full.rpartition(".")
    old, new = (old_schema, old_name), (home or old_schema, name or old_name)
    composite = schema.relations.get(old)
    if not certain:
        schema.mark_unknown({"types"})
    elif composite is not None and composite.kind == "composite":
        move_relation(schema, composite, *new)
    elif old in schema.types:
        move_type(schema, old, new)


def _rename_index(schema: Schema, new: str, named: RelationKey) -> None:
    index = schema.find_index(*named)
    if index is None:
        return
    relation = schema.relations.get(index.relation)
    old = index.name
    schema_name = index.relation[0]
    schema.indexes.pop((schema_name, old), None)
    index.name = new
    schema.indexes[schema_name, new] = index
    if relation is None:
        return
    relation.indexes.pop(old, None)
    relation.indexes[new] = index
    constraint = relation.constraints.pop(old, None)
    if constraint is not None:
        # A constraint has the same name as its index.
        constraint.name = new
        relation.constraints[new] = constraint


def _rename_part(relation: HistoryRelation, kind: str, tree: Node) -> None:
    by_kind = {"policy": relation.policies, "trigger": relation.triggers, "constraint": relation.constraints}
    parts = by_kind[kind]
    part = parts.pop(tree.subname, None)  # type: ignore[attr-defined]
    if part is not None:
        part.name = tree.newname
        parts[tree.newname] = part  # type: ignore[index]


def set_schema(schema: Schema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Move an object to another schema (ALTER ... SET SCHEMA)."""
    identity = derive_effects("alter_object_schema_stmt", tree)[0].identity
    _move(schema, tree, identity, certain=certain, home=tree.newschema)


def alter_owner(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Set the owner of a routine; the owner of a relation is set by ALTER TABLE."""
    if kind_group(object_kind(tree.object_type)) == "routine":
        for routine in find_matching_routines(schema, tree.object.object_with_args):
            routine.owner = tree.newowner.rolename or None


def alter_function(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Change the options of a routine."""
    for routine in find_matching_routines(schema, tree.func):
        apply_routine_options(routine, tree.actions)


HANDLERS: dict[str, Callable[..., None]] = {
    "alter_owner_stmt": alter_owner,
    "alter_function_stmt": alter_function,
    "grant_stmt": grant,
}
GUARDED_HANDLERS: dict[str, Callable[..., None]] = {
    "drop_stmt": drop,
    "rename_stmt": rename,
    "alter_object_schema_stmt": set_schema,
}
