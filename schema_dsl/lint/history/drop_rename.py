"""What DROP, RENAME, SET SCHEMA, GRANT, OWNER and ALTER FUNCTION change."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.history.alter_table import doubt_views, drop_dependent_policies, family, heard_of
from schema_dsl.lint.history.create_routine import apply_options
from schema_dsl.lint.history.privileges import ROUTINES, argument_types, grant, matching
from schema_dsl.lint.history.schema import TEMPORARY, HistoryPosition, HistoryRelation, RelationKey, Schema
from schema_dsl.lint.history.trees import enumeration, names, qualified
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
# ALTER TABLE renames indexes too, and ALTER INDEX tables.
_RENAMED = RELATION_KINDS | {"OBJECT_INDEX"}
_TYPES = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})


def drop(schema: Schema, tree: Node, _: HistoryPosition, *, sure: bool = True) -> None:
    """Take away what a DropStmt names; in a branch that may not run it becomes doubtful."""
    kind = enumeration("ObjectType")[tree.remove_type]
    cascade = enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE"
    if cascade and sure:
        _cascade(schema, kind, tree)
    for node in tree.objects:
        if kind in RELATION_KINDS:
            _drop_relation(schema, qualified(node.list.items), sure=sure, cascade=cascade)
        elif kind in ROUTINES:
            _drop_routine(schema, node.object_with_args, sure=sure)
        elif kind in _TYPES:
            _drop_type(schema, qualified(node.type_name.names), sure=sure)
        elif kind == "OBJECT_INDEX":
            _drop_index(schema, qualified(node.list.items))
        elif kind == "OBJECT_SCHEMA":
            _drop_schema(schema, node.string.sval, sure=sure)
        elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
            parts = names(node.list.items)
            where, relation_name = qualified(node.list.items[:-1])
            relation = schema.relation(where, relation_name)
            if relation is not None:
                held = relation.policies if kind == "OBJECT_POLICY" else relation.triggers
                held.pop(parts[-1], None)
                # In a branch that may not run, it may still be there.
                relation.settled = relation.settled and sure


def _cascade(schema: Schema, kind: str, tree: Node) -> None:
    """Take away, or doubt, what depends on what is dropped."""
    if kind in RELATION_KINDS:
        gone = {qualified(node.list.items)[1] for node in tree.objects}
        doubt_views(schema, gone)
        for relation in schema.relations.values():
            constraints = relation.constraints.values()
            for constraint in [each for each in constraints if each.target and each.target[1] in gone]:
                del relation.constraints[constraint.name]
            if relation.policies:
                drop_dependent_policies(relation, gone)
    elif kind in ROUTINES:
        gone = {qualified(node.object_with_args.objname)[1] for node in tree.objects}
        for relation in schema.relations.values():
            for trigger in [each for each in relation.triggers.values() if each.function[1] in gone]:
                del relation.triggers[trigger.name]
            relation.doubts |= {"policies", "constraints", "indexes"}
    elif kind in _TYPES or kind in {"OBJECT_EXTENSION", "OBJECT_SCHEMA"}:
        _doubt_typed(schema)
        # Whatever has the type goes: columns, and functions with it.
        schema.doubt({"columns", "functions", "types", "indexes", "constraints", "policies"})


def _doubt_typed(schema: Schema) -> None:
    for relation in schema.relations.values():
        relation.doubtful = relation.doubtful or relation.typed


def _drop_relation(schema: Schema, named: RelationKey, *, sure: bool, cascade: bool) -> None:
    where, name = named
    found = schema.relation(where, name)
    key = found.key if found is not None else (schema.creation_schema(where), name)
    drop_key(schema, key, sure=sure, cascade=cascade)


def drop_key(schema: Schema, key: RelationKey, *, sure: bool, cascade: bool) -> None:
    """Take away a relation, and what goes along with it."""
    found = schema.relations.get(key)
    for child in found.children if found is not None else ():
        # Partitions go with their table, children only where CASCADE takes them.
        below = schema.relations.get(child)
        if below is not None and key in below.parents and (cascade or below.partition_of == key):
            drop_key(schema, child, sure=sure, cascade=cascade)
    if not sure:
        if key in schema.relations:
            schema.relations[key].doubtful = True
        return
    relation = schema.relations.pop(key, None)
    schema.dropped.add(key)
    if relation is not None:
        for index in relation.indexes:
            schema.indexes.pop((relation.schema, index), None)


def _drop_routine(schema: Schema, node: Node, *, sure: bool) -> None:
    found = list(matching(schema, node))
    exact = [each for each in found if each.signature.arguments == argument_types(schema, node)]
    for each in exact or found[:1]:
        each.doubtful = True
        if sure:
            held = schema.routines[each.schema, each.name]
            held.remove(each)
            if not held:
                del schema.routines[each.schema, each.name]
                schema.dropped_routines.add((each.schema, each.name))


def _drop_type(schema: Schema, named: RelationKey, *, sure: bool) -> None:
    full = schema.find_type(*named)
    where, _, name = (full or "").rpartition(".")
    if sure and where:
        gone = schema.types.pop((where, name), None)
        if gone is not None and gone.kind == "range":
            schema.routines.pop((where, name), None)
        schema.dropped_types.add((where, name))
        composite = schema.relations.get((where, name))
        if composite is not None and composite.kind == "composite":
            del schema.relations[where, name]


def _drop_index(schema: Schema, named: RelationKey) -> None:
    where, name = named
    for each in (where,) if where else (TEMPORARY, *schema.search_path):
        index = schema.indexes.pop((each, name), None)
        if index is not None and index.relation in schema.relations:
            schema.relations[index.relation].indexes.pop(name, None)


def _drop_schema(schema: Schema, name: str, *, sure: bool) -> None:
    for held in (schema.relations, schema.routines, schema.types, schema.indexes):
        for key in [key for key in held if key[0] == name]:
            if sure:
                del held[key]
            elif held is schema.relations:
                schema.relations[key].doubtful = True
    if sure:
        schema.schemas.discard(name)
        schema.closed.discard(name)


def rename(schema: Schema, tree: Node, _: HistoryPosition, *, sure: bool = True) -> None:
    """Give something its new name; in a branch that may not run it has both."""
    kind = enumeration("ObjectType")[tree.rename_type]
    if kind in {"OBJECT_COLUMN", "OBJECT_ATTRIBUTE"}:
        _rename_columns(schema, tree, sure=sure)
    elif kind in _RENAMED and schema.index(*_named(tree.relation)):
        _rename_index(schema, tree)
    elif kind in _RENAMED and (kind in RELATION_KINDS or schema.relation(*_named(tree.relation))):
        relation = heard_of(schema, tree.relation)
        _move(schema, relation, relation.schema, tree.newname, sure=sure)
    elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_TABCONSTRAINT"}:
        _rename_part(heard_of(schema, tree.relation), kind, tree)
    elif kind in ROUTINES:
        for routine in list(matching(schema, tree.object.object_with_args)):
            move_routine(schema, routine, routine.schema, tree.newname)
    elif kind in _TYPES:
        full = schema.find_type(*qualified(tree.object.list.items))
        _move_type(schema, full or "", "", tree.newname, sure=sure)
    elif kind == "OBJECT_SCHEMA":
        if sure:
            rename_schema(schema, tree.subname, tree.newname)
        else:
            schema.doubt({"relations", "functions", "types"})
        schema.schemas.add(tree.newname)


def _named(node: Node) -> RelationKey:
    return node.schemaname, node.relname


def _rename_columns(schema: Schema, tree: Node, *, sure: bool) -> None:
    relation = heard_of(schema, tree.relation)
    for each in family(schema, relation) if tree.relation.inh else (relation,):
        _rename_column(each, tree.subname, tree.newname, sure=sure)


def _rename_column(relation: HistoryRelation, old: str, new: str, *, sure: bool) -> None:
    found = relation.columns.get(old)
    if found is None:
        if sure:
            relation.gone[old] = new
        return
    if not sure:
        found.doubtful = True
        relation.columns[new] = type(found)(new, found.type, found.modifiers, doubtful=True)
        return
    found.name = new
    relation.columns = {new if name == old else name: each for name, each in relation.columns.items()}
    relation.gone[old] = new
    relation.gone.pop(new, None)
    for constraint in relation.constraints.values():
        constraint.columns = _with(constraint.columns, old, new)
    for index in relation.indexes.values():
        index.columns = _with(index.columns, old, new)


def _with(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in columns)


def _move(schema: Schema, relation: HistoryRelation, where: str, name: str, *, sure: bool) -> None:
    if sure:
        move_relation(schema, relation, where, name)
        return
    relation.doubtful = True
    relation.complete = False
    schema.relations[where, name] = HistoryRelation(where, name, doubtful=True)


def _move_type(schema: Schema, full: str, where: str, name: str, *, sure: bool) -> None:
    """Give a type another schema or another name."""
    old_schema, _, old_name = full.rpartition(".")
    old, new = (old_schema, old_name), (where or old_schema, name or old_name)
    composite = schema.relations.get(old)
    if not sure:
        schema.doubt({"types"})
    elif composite is not None and composite.kind == "composite":
        move_relation(schema, composite, *new)
    elif old in schema.types:
        move_type(schema, old, new)


def _rename_index(schema: Schema, tree: Node) -> None:
    index = schema.index(*_named(tree.relation))
    if index is None:
        return
    relation = schema.relations.get(index.relation)
    old, new = index.name, tree.newname
    where = index.relation[0]
    schema.indexes.pop((where, old), None)
    index.name = new
    schema.indexes[where, new] = index
    if relation is None:
        return
    relation.indexes.pop(old, None)
    relation.indexes[new] = index
    constraint = relation.constraints.pop(old, None)
    if constraint is not None:
        # A constraint and its index have one name.
        constraint.name = new
        relation.constraints[new] = constraint


def _rename_part(relation: HistoryRelation, kind: str, tree: Node) -> None:
    held = {
        "OBJECT_POLICY": relation.policies,
        "OBJECT_TRIGGER": relation.triggers,
        "OBJECT_TABCONSTRAINT": relation.constraints,
    }[kind]
    found = held.pop(tree.subname, None)  # type: ignore[attr-defined]
    if found is not None:
        found.name = tree.newname
        held[tree.newname] = found  # type: ignore[index]


def set_schema(schema: Schema, tree: Node, _: HistoryPosition, *, sure: bool = True) -> None:
    """Move something to another schema."""
    kind = enumeration("ObjectType")[tree.object_type]
    if kind in RELATION_KINDS:
        relation = heard_of(schema, tree.relation)
        _move(schema, relation, tree.newschema, relation.name, sure=sure)
    elif kind in ROUTINES:
        for each in list(matching(schema, tree.object.object_with_args)):
            move_routine(schema, each, tree.newschema, each.name)
    elif kind in _TYPES:
        full = schema.find_type(*qualified(tree.object.list.items))
        _move_type(schema, full or "", tree.newschema, "", sure=sure)


def alter_owner(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note who owns a function; relations say it by ALTER TABLE."""
    if enumeration("ObjectType")[tree.object_type] in ROUTINES:
        for each in matching(schema, tree.object.object_with_args):
            each.owner = tree.newowner.rolename or None


def alter_function(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Change a function's options."""
    for each in matching(schema, tree.func):
        apply_options(each, tree.actions)


CHANGES: dict[str, Callable[..., None]] = {
    "alter_owner_stmt": alter_owner,
    "alter_function_stmt": alter_function,
    "grant_stmt": grant,
}
UNSURE_CHANGES: dict[str, Callable[..., None]] = {
    "drop_stmt": drop,
    "rename_stmt": rename,
    "alter_object_schema_stmt": set_schema,
}
