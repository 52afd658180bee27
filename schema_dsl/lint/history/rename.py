"""Apply RENAME, SET SCHEMA, OWNER TO and ALTER FUNCTION."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schema_dsl.analysis.effects import derive_effects
from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.history.alter_table import ensure_relation, find_all_inheritors
from schema_dsl.lint.history.create_objects import install_extension
from schema_dsl.lint.history.create_routine import apply_routine_options
from schema_dsl.lint.history.define import DEFINED_KINDS, find_defined
from schema_dsl.lint.history.domains import alter_domain, rename_domain_constraint
from schema_dsl.lint.history.ownership import rename_role
from schema_dsl.lint.history.privileges import find_matching_routines, grant
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryOperator,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    NamedObject,
    RelationKey,
)
from schema_dsl.lint.history.update_references import (
    move_operator,
    move_other,
    move_relation,
    move_routine,
    move_type,
    rename_schema,
)
from schema_dsl.parsing import Node


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
        _move_defined(schema, tree, identity, certain=certain, home=home, name=name)


def _move_defined(
    schema: HistorySchema, tree: Node, identity: Identity, *, certain: bool, home: str, name: str
) -> None:
    """Move an object of one of the `DEFINED_KINDS` to another schema, or rename it."""
    kind = identity.kind
    if kind == "operator":
        operator = find_defined(schema, kind, tree.object)
        if isinstance(operator, HistoryOperator):
            move_operator(schema, operator, home)
        return
    found = schema.find_other(kind, identity.schema, identity.name)
    if found is None:
        return
    new = home or found[0], name or found[1]
    if certain:
        move_other(schema, (kind, *found), (kind, *new))
    else:
        schema.others[(kind, *found)].created_at = None
        schema.others.setdefault((kind, *new), NamedObject(Identity(kind, *new)))


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
