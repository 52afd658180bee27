"""Apply DROP, RENAME, SET SCHEMA, OWNER TO and ALTER FUNCTION."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.trees import enumeration, names, qualified_name
from schema_dsl.lint.history.alter_table import (
    drop_dependent_policies,
    ensure_relation,
    find_all_inheritors,
    mark_dependent_views_uncertain,
)
from schema_dsl.lint.history.create_routine import apply_routine_options
from schema_dsl.lint.history.define import DEFINED_KINDS, drop_defined
from schema_dsl.lint.history.privileges import (
    ROUTINE_KINDS,
    find_matching_routines,
    grant,
    resolve_argument_types,
)
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryPosition,
    HistoryRelation,
    RelationKey,
    Schema,
)
from schema_dsl.lint.history.update_references import move_relation, move_routine, move_type, rename_schema
from schema_dsl.parsing import Node

RELATION_KINDS = frozenset(
    {
        "OBJECT_TABLE",
        "OBJECT_VIEW",
        "OBJECT_MATVIEW",
        "OBJECT_FOREIGN_TABLE",
        "OBJECT_SEQUENCE",
    }
)
# ALTER TABLE ... RENAME also accepts an index, and ALTER INDEX ... RENAME a table.
_RENAMED_RELATION_KINDS = RELATION_KINDS | {"OBJECT_INDEX"}
_TYPE_KINDS = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})


def drop(schema: Schema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Apply a DropStmt; unless the statement runs for `certain`, the objects only become uncertain."""
    kind = enumeration("ObjectType")[tree.remove_type]
    cascade = enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE"
    if cascade and certain:
        _apply_cascade(schema, kind, tree)
    for node in tree.objects:
        if kind in RELATION_KINDS:
            _drop_named_relation(schema, qualified_name(node.list.items), certain=certain, cascade=cascade)
        elif kind in ROUTINE_KINDS:
            _drop_routine(schema, node.object_with_args, certain=certain)
        elif kind in _TYPE_KINDS:
            _drop_type(schema, qualified_name(node.type_name.names), certain=certain)
        elif kind == "OBJECT_INDEX":
            _drop_index(schema, qualified_name(node.list.items))
        elif kind == "OBJECT_SCHEMA":
            _drop_schema(schema, node.string.sval, certain=certain)
        elif kind in DEFINED_KINDS and certain:
            drop_defined(schema, kind, node)
        elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
            parts = names(node.list.items)
            schema_name, relation_name = qualified_name(node.list.items[:-1])
            relation = schema.find_relation(schema_name, relation_name)
            if relation is not None:
                parts_by_name = relation.policies if kind == "OBJECT_POLICY" else relation.triggers
                parts_by_name.pop(parts[-1], None)
                # If the statement may not run, the policy or trigger may still exist.
                relation.fully_known = relation.fully_known and certain


def _apply_cascade(schema: Schema, kind: str, tree: Node) -> None:
    """Drop the dependents of the dropped objects, or mark them as uncertain."""
    if kind in RELATION_KINDS:
        dropped_names = {qualified_name(node.list.items)[1] for node in tree.objects}
        mark_dependent_views_uncertain(schema, dropped_names)
        for relation in schema.relations.values():
            constraints = relation.constraints.values()
            for constraint in [
                candidate
                for candidate in constraints
                if candidate.target and candidate.target[1] in dropped_names
            ]:
                del relation.constraints[constraint.name]
            if relation.policies:
                drop_dependent_policies(relation, dropped_names)
    elif kind in ROUTINE_KINDS:
        dropped_names = {qualified_name(node.object_with_args.objname)[1] for node in tree.objects}
        for relation in schema.relations.values():
            for trigger in [
                candidate
                for candidate in relation.triggers.values()
                if candidate.function[1] in dropped_names
            ]:
                del relation.triggers[trigger.name]
            relation.unknown_kinds |= {"policies", "constraints", "indexes"}
    elif kind in _TYPE_KINDS or kind in {"OBJECT_EXTENSION", "OBJECT_SCHEMA"}:
        _mark_typed_tables_uncertain(schema)
        # CASCADE drops the columns and functions that use the type.
        schema.mark_unknown({"columns", "functions", "types", "indexes", "constraints", "policies"})


def _mark_typed_tables_uncertain(schema: Schema) -> None:
    for relation in schema.relations.values():
        relation.uncertain = relation.uncertain or relation.of_type


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
    kind = enumeration("ObjectType")[tree.rename_type]
    if kind in {"OBJECT_COLUMN", "OBJECT_ATTRIBUTE"}:
        _rename_columns(schema, tree, certain=certain)
    elif kind in _RENAMED_RELATION_KINDS and schema.find_index(*_range_var_name(tree.relation)):
        _rename_index(schema, tree)
    elif kind in _RENAMED_RELATION_KINDS and (
        kind in RELATION_KINDS or schema.find_relation(*_range_var_name(tree.relation))
    ):
        relation = ensure_relation(schema, tree.relation)
        _move_relation(schema, relation, relation.schema, tree.newname, certain=certain)
    elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_TABCONSTRAINT"}:
        _rename_part(ensure_relation(schema, tree.relation), kind, tree)
    elif kind in ROUTINE_KINDS:
        for routine in list(find_matching_routines(schema, tree.object.object_with_args)):
            move_routine(schema, routine, routine.schema, tree.newname)
    elif kind in _TYPE_KINDS:
        full = schema.find_type_name(*qualified_name(tree.object.list.items))
        _move_type(schema, full or "", "", tree.newname, certain=certain)
    elif kind == "OBJECT_SCHEMA":
        if certain:
            rename_schema(schema, tree.subname, tree.newname)
        else:
            schema.mark_unknown({"relations", "functions", "types"})
        schema.schemas.add(tree.newname)


def _range_var_name(node: Node) -> RelationKey:
    return node.schemaname, node.relname


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
        relation.columns[new] = type(renamed)(new, renamed.type, renamed.modifiers, uncertain=True)
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


def _move_relation(
    schema: Schema, relation: HistoryRelation, schema_name: str, name: str, *, certain: bool
) -> None:
    if certain:
        move_relation(schema, relation, schema_name, name)
        return
    relation.uncertain = True
    relation.complete = False
    schema.relations[schema_name, name] = HistoryRelation(schema_name, name, uncertain=True)


def _move_type(schema: Schema, full: str, schema_name: str, name: str, *, certain: bool) -> None:
    """Move a type to another schema or another name."""
    old_schema, _, old_name = full.rpartition(".")
    old, new = (old_schema, old_name), (schema_name or old_schema, name or old_name)
    composite = schema.relations.get(old)
    if not certain:
        schema.mark_unknown({"types"})
    elif composite is not None and composite.kind == "composite":
        move_relation(schema, composite, *new)
    elif old in schema.types:
        move_type(schema, old, new)


def _rename_index(schema: Schema, tree: Node) -> None:
    index = schema.find_index(*_range_var_name(tree.relation))
    if index is None:
        return
    relation = schema.relations.get(index.relation)
    old, new = index.name, tree.newname
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
    parts = {
        "OBJECT_POLICY": relation.policies,
        "OBJECT_TRIGGER": relation.triggers,
        "OBJECT_TABCONSTRAINT": relation.constraints,
    }[kind]
    part = parts.pop(tree.subname, None)  # type: ignore[attr-defined]
    if part is not None:
        part.name = tree.newname
        parts[tree.newname] = part  # type: ignore[index]


def set_schema(schema: Schema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Move an object to another schema (ALTER ... SET SCHEMA)."""
    kind = enumeration("ObjectType")[tree.object_type]
    if kind in RELATION_KINDS:
        relation = ensure_relation(schema, tree.relation)
        _move_relation(schema, relation, tree.newschema, relation.name, certain=certain)
    elif kind in ROUTINE_KINDS:
        for routine in list(find_matching_routines(schema, tree.object.object_with_args)):
            move_routine(schema, routine, tree.newschema, routine.name)
    elif kind in _TYPE_KINDS:
        full = schema.find_type_name(*qualified_name(tree.object.list.items))
        _move_type(schema, full or "", tree.newschema, "", certain=certain)


def alter_owner(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Set the owner of a routine; the owner of a relation is set by ALTER TABLE."""
    if enumeration("ObjectType")[tree.object_type] in ROUTINE_KINDS:
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
