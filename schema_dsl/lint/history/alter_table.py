"""Apply ALTER TABLE to the schema, command by command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from schema_dsl.analysis.effects.alter_table import ROW_SECURITY
from schema_dsl.analysis.effects.names import is_cascade, object_kind
from schema_dsl.analysis.identity import table_identity
from schema_dsl.analysis.trees import (
    enumeration,
    node_definition,
    option_text,
    options,
    qualified_name,
    resolve_type_name,
    type_modifiers,
)
from schema_dsl.lint.history.clustering import set_clustered
from schema_dsl.lint.history.constraints import add_constraint, set_not_null
from schema_dsl.lint.history.create_table import build_column, collation_name, inherit_from, read_identity
from schema_dsl.lint.history.removal import doubt_dependents, remove_column, remove_dependents, remove_index
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    resolve_relation_key,
)
from schema_dsl.parsing import Node

_CommandHandler: TypeAlias = Callable[[HistorySchema, HistoryRelation, Node, HistoryPosition], None]


def alter_table(schema: HistorySchema, tree: Node, position: HistoryPosition, *, certain: bool) -> None:
    """Apply an AlterTableStmt.

    Unless the statement runs for `certain`, the objects that it drops only become uncertain.
    """
    if not tree.relation.relname or object_kind(tree.objtype) == "index":
        return
    _apply_commands(schema, ensure_relation(schema, tree.relation), tree, position, certain=certain)


def _apply_commands(
    schema: HistorySchema, relation: HistoryRelation, tree: Node, position: HistoryPosition, *, certain: bool
) -> None:
    for wrapped in tree.cmds[:]:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if not certain and kind in _DESTRUCTIVE_COMMANDS:
            schema.doubts.add([_mark_uncertain(relation, kind, command)], str(relation))
            continue
        apply = _COMMANDS.get(kind)
        if apply is not None:
            apply(schema, relation, command, position)
            if not certain and kind == "AT_AddColumn":
                name = node_definition(command).column_def.colname
                relation.columns[name].uncertain = True
        if kind in _INHERITED_COMMANDS and relation.children:
            _propagate_to_children(schema, relation, kind, command, position, only=not tree.relation.inh)


def _propagate_to_children(
    schema: HistorySchema,
    relation: HistoryRelation,
    kind: str,
    command: Node,
    position: HistoryPosition,
    *,
    only: bool,
) -> None:
    """Apply a command to the children of a table; after ONLY, the children keep a dropped column as their own."""
    name = node_definition(command).column_def.colname if kind == "AT_AddColumn" else command.name
    for child in find_all_inheritors(schema, relation)[1:]:
        schema.dependencies.note(child, schema.search_path)
        column = child.columns.get(name)
        if kind == "AT_AddColumn":
            if column is None and not only:
                _add_column(schema, child, command, position)
                child.columns[name].inherited = True
        elif kind == "AT_DropColumn":
            others = [schema.relations[key] for key in child.parents if key in schema.relations]
            if (
                only
                or column is None
                or not column.inherited
                or any(name in other.columns for other in others)
            ):
                if only and column is not None:
                    column.inherited = False
                continue
            _drop_column(schema, child, command, position)
        elif not only and (child.partition_of is not None or kind not in _PARTITION_COMMANDS):
            _COMMANDS[kind](schema, child, command, position)


def find_all_inheritors(schema: HistorySchema, relation: HistoryRelation) -> list[HistoryRelation]:
    """Return a relation and its descendants, parents first."""
    relations = [relation]
    for relative in relations:
        for key in relative.children:
            child = schema.relations.get(key)
            if child is not None and child not in relations and relative.key in child.parents:
                relations.append(child)
    return relations


def ensure_relation(schema: HistorySchema, node: Node) -> HistoryRelation:
    """Return the relation of a RangeVar; add it, without known columns, if the history did not create it."""
    key = resolve_relation_key(schema, node)
    relation = schema.relations.get(key)
    if relation is None:
        relation = schema.relations[key] = HistoryRelation(table_identity(*key))
        schema.dropped.discard(key)
    schema.dependencies.note(relation, schema.search_path)
    return relation


def _mark_uncertain(relation: HistoryRelation, kind: str, command: Node) -> str:
    """Doubt the parts that an uncertain command drops or changes, and return their kind."""
    if kind == "AT_DropConstraint":
        relation.constraints.pop(command.name, None)
        relation.indexes.pop(command.name, None)
        relation.fully_known = False
        return "constraints"
    if kind == "AT_DisableRowSecurity":
        relation.row_security = None
        return "row_security"
    if kind == "AT_DropCluster":
        return "indexes"
    column = relation.columns.get(command.name)
    if column is not None:
        column.uncertain = True
        if kind == "AT_AlterColumnType":
            column.type = None
    return "columns"


def _add_column(
    schema: HistorySchema, relation: HistoryRelation, command: Node, position: HistoryPosition
) -> None:
    node = node_definition(command).column_def
    if node.colname in relation.columns and command.missing_ok:
        return
    relation.removed_columns.pop(node.colname, None)
    relation.columns[node.colname] = build_column(schema, relation, node, position)
    for wrapped in node.constraints[:]:
        add_constraint(schema, relation, wrapped.constraint, position, node.colname)


def _drop_column(
    schema: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition
) -> None:
    column = relation.columns.get(command.name)
    schema.dependencies.resolve(schema)
    if is_cascade(command):
        if column is None:
            # CASCADE may drop the users of a column from before the history.
            named = schema.dependencies.find_by_name(schema, command.name)
            doubt_dependents(schema, [dependent for dependent in named if dependent.owner is relation])
        else:
            remove_dependents(schema, [column])
    removed = remove_column(schema, relation, command.name)
    if is_cascade(command):
        remove_dependents(schema, removed)


def _column_command(change: Callable[[HistorySchema, HistoryColumn, Node], None]) -> _CommandHandler:
    def apply(schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
        column = relation.columns.get(command.name)
        if column is None:
            if relation.complete:
                return
            column = relation.columns[command.name] = HistoryColumn(relation.part("column", command.name))
        change(schema, column, command)

    return apply


def _set_type(schema: HistorySchema, column: HistoryColumn, command: Node) -> None:
    node = node_definition(command).column_def
    schema.dependencies.resolve(schema)
    # Postgres keeps the expression of a default, and casts it to the new type.
    column.default_type = column.default_type or column.type
    column.type = resolve_type_name(schema, node.type_name)
    column.unknown_type = qualified_name(node.type_name.names)[1] if column.type is None else ""
    column.modifiers = type_modifiers(node.type_name)
    column.collation = collation_name(node)


def _set_default(_: HistorySchema, column: HistoryColumn, command: Node) -> None:
    node = node_definition(command)
    column.default, column.default_type = (node if node.WhichOneof("node") else None), None
    # The sequence of a serial column remains, but gives it no values.
    column.serial = column.serial and column.default is not None


def _set_expression(_: HistorySchema, column: HistoryColumn, command: Node) -> None:
    column.default = node_definition(command)


def _add_identity(_: HistorySchema, column: HistoryColumn, command: Node) -> None:
    column.as_identity = read_identity(node_definition(command).constraint.generated_when)


def _set_identity(_: HistorySchema, column: HistoryColumn, command: Node) -> None:
    for name, value in options(node_definition(command).list.items):
        if name == "generated":
            column.as_identity = read_identity(chr(value.integer.ival))


def _set_attributes(**values: object) -> _CommandHandler:
    def change(_: HistorySchema, column: HistoryColumn, __: Node) -> None:
        for name, value in values.items():
            setattr(column, name, value)

    return _column_command(change)


def _add_constraint(
    schema: HistorySchema, relation: HistoryRelation, command: Node, position: HistoryPosition
) -> None:
    node = node_definition(command).constraint
    constraint = add_constraint(schema, relation, node, position)
    if constraint is not None and constraint.name in relation.indexes:
        schema.indexes[relation.schema, constraint.name] = relation.indexes[constraint.name]
    if node.conname not in {"", node.indexname} and node.indexname in relation.indexes:
        # USING INDEX renames the index to the name of the constraint.
        old = relation.indexes.pop(node.indexname)
        if node.conname in relation.indexes:
            relation.indexes[node.conname].clustered = old.clustered
        schema.indexes.pop((relation.schema, node.indexname), None)


def _drop_constraint(
    schema: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition
) -> None:
    constraint = relation.constraints.get(command.name)
    if constraint is not None and is_cascade(command):
        remove_dependents(schema, [constraint])
    relation.constraints.pop(command.name, None)
    remove_index(schema, relation, command.name)


def _validate_constraint(
    _: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition
) -> None:
    constraint = relation.constraints.get(command.name)
    if constraint is not None:
        constraint.valid = True
        if constraint.kind == "not_null":
            set_not_null(relation, constraint.columns)
    elif not relation.fully_known:
        # The constraint was added before the history.
        relation.constraints[command.name] = HistoryConstraint(relation.part("", command.name))


def _set_options(_: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    for name, value in options(node_definition(command).list.items):
        relation.options[name] = option_text(value)


def _reset_options(_: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    for name, _value in options(node_definition(command).list.items):
        relation.options.pop(name, None)


def _set_attribute(attribute: str, *, value: bool) -> _CommandHandler:
    def apply(_: HistorySchema, relation: HistoryRelation, __: Node, ___: HistoryPosition) -> None:
        setattr(relation, attribute, value)

    return apply


def _set_trigger_enabled(*, value: bool) -> _CommandHandler:
    def apply(_: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
        for trigger in relation.triggers.values():
            if trigger.name == command.name or not command.name:
                trigger.enabled = value

    return apply


def _change_owner(
    schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition
) -> None:
    relation.owner = command.newowner.rolename or None
    schema.note_roles([relation.owner], relation)


def _set_access_method(
    _: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition
) -> None:
    relation.access_method = command.name


def _set_of_type(schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
    node = node_definition(command)
    named = node.WhichOneof("node") == "type_name"
    relation.of_type = (resolve_type_name(schema, node.type_name) or "?") if named else ""


def _add_inherit(schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
    complete = relation.complete
    inherit_from(schema, relation, node_definition(command).range_var, partition=False)
    # INHERIT requires the child to have all columns of the parent, so no column is added.
    relation.complete = complete


def _drop_inherit(
    schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition
) -> None:
    key = resolve_relation_key(schema, node_definition(command).range_var)
    relation.parents = [parent for parent in relation.parents if parent != key]
    # The table keeps the constraints of its former parent.
    relation.fully_known = False


def _attach_partition(
    schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition
) -> None:
    child = ensure_relation(schema, node_definition(command).partition_cmd.name)
    child.partition_of = relation.key
    child.partition_bound = node_definition(command).partition_cmd.bound
    child.parents.append(relation.key)
    relation.children.append(child.key)
    for column in child.columns.values():
        column.inherited = True
        of_table = relation.columns.get(column.name)
        if of_table is not None:
            column.as_identity = of_table.as_identity


def _detach_partition(
    schema: HistorySchema, relation: HistoryRelation, command: Node, _: HistoryPosition
) -> None:
    child = ensure_relation(schema, node_definition(command).partition_cmd.name)
    child.partition_of = child.partition_bound = None
    child.parents = [key for key in child.parents if key != relation.key]
    for column in child.columns.values():
        column.as_identity = ""
    # A detached partition keeps the constraints and indexes of its former parent.
    child.fully_known = False


_COMMANDS: dict[str, _CommandHandler] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _column_command(_set_type),
    "AT_ColumnDefault": _column_command(_set_default),
    "AT_SetNotNull": _set_attributes(not_null=True),
    "AT_DropNotNull": _set_attributes(not_null=False),
    "AT_AddIdentity": _column_command(_add_identity),
    "AT_SetIdentity": _column_command(_set_identity),
    "AT_DropIdentity": _set_attributes(as_identity=""),
    "AT_SetExpression": _column_command(_set_expression),
    "AT_DropExpression": _set_attributes(generated="", default=None),
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_ValidateConstraint": _validate_constraint,
    "AT_SetRelOptions": _set_options,
    "AT_ResetRelOptions": _reset_options,
    **{kind: _set_attribute(attribute, value=value) for kind, (attribute, value) in ROW_SECURITY.items()},
    **dict.fromkeys(
        (f"AT_Enable{which}" for which in ("Trig", "AlwaysTrig", "ReplicaTrig", "TrigAll", "TrigUser")),
        _set_trigger_enabled(value=True),
    ),
    **dict.fromkeys(
        (f"AT_Disable{which}" for which in ("Trig", "TrigAll", "TrigUser")), _set_trigger_enabled(value=False)
    ),
    **dict.fromkeys(("AT_ClusterOn", "AT_DropCluster"), set_clustered),
    "AT_SetLogged": _set_attribute("unlogged", value=False),
    "AT_SetUnLogged": _set_attribute("unlogged", value=True),
    "AT_SetAccessMethod": _set_access_method,
    "AT_ChangeOwner": _change_owner,
    "AT_AddOf": _set_of_type,
    "AT_DropOf": _set_of_type,
    "AT_AddInherit": _add_inherit,
    "AT_DropInherit": _drop_inherit,
    "AT_AttachPartition": _attach_partition,
    "AT_DetachPartition": _detach_partition,
}
# Partitions share the identity of their table since Postgres 17; other children have none of it.
_PARTITION_COMMANDS = ("AT_AddIdentity", "AT_SetIdentity", "AT_DropIdentity")
# Commands that Postgres applies to the children too.
_INHERITED_COMMANDS = frozenset(
    {
        "AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType", "AT_ColumnDefault", "AT_SetNotNull", "AT_DropNotNull",
        "AT_SetExpression", "AT_DropExpression", *_PARTITION_COMMANDS,
    }
)  # fmt: skip
_DESTRUCTIVE_COMMANDS = frozenset(
    {"AT_DropColumn", "AT_AlterColumnType", "AT_DropConstraint", "AT_DisableRowSecurity", "AT_DropCluster"}
)
