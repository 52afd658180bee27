"""What ALTER TABLE changes, command by command."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeAlias

from schema_dsl.lint.history.create_table import (
    add_constraint,
    collation,
    column,
    inherit,
    key_of,
    named_columns,
    set_not_null,
)
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryPolicy,
    HistoryPosition,
    HistoryRelation,
    Schema,
)
from schema_dsl.lint.history.trees import (
    enumeration,
    modifiers,
    option_text,
    options,
    type_named,
)
from schema_dsl.parsing import Node, relations_in

_Command: TypeAlias = Callable[[Schema, HistoryRelation, Node, HistoryPosition], None]


def definition(command: Node) -> Node:
    """Give the `def` of an AlterTableCmd, a name that Python cannot spell."""
    return getattr(command, "def")


def alter_table(schema: Schema, tree: Node, moment: HistoryPosition, *, sure: bool) -> None:
    """Apply an AlterTableStmt; what a branch that may not run takes away becomes doubtful instead."""
    if not tree.relation.relname or enumeration("ObjectType")[tree.objtype] == "OBJECT_INDEX":
        return
    _alter(schema, heard_of(schema, tree.relation), tree, moment, sure=sure)


def _alter(
    schema: Schema, relation: HistoryRelation, tree: Node, moment: HistoryPosition, *, sure: bool
) -> None:
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if not sure and kind in _TAKING:
            _doubt(relation, kind, command)
            continue
        apply = _COMMANDS.get(kind)
        if apply is not None:
            apply(schema, relation, command, moment)
            if not sure and kind == "AT_AddColumn":
                name = definition(command).column_def.colname
                relation.columns[name].doubtful = True
        if kind in _INHERITED and relation.children:
            _hand_down(schema, relation, kind, command, moment, only=not tree.relation.inh)


def _hand_down(
    schema: Schema,
    relation: HistoryRelation,
    kind: str,
    command: Node,
    moment: HistoryPosition,
    *,
    only: bool,
) -> None:
    """Do with the children what they do with their parent; ONLY the parent then lets go of its column."""
    name = definition(command).column_def.colname if kind == "AT_AddColumn" else command.name
    for child in family(schema, relation)[1:]:
        held = child.columns.get(name)
        if kind == "AT_AddColumn":
            if held is None and not only:
                _add_column(schema, child, command, moment)
                child.columns[name].inherited = True
        elif kind == "AT_DropColumn":
            others = [schema.relations[key] for key in child.parents if key in schema.relations]
            if only or held is None or not held.inherited or any(name in each.columns for each in others):
                if only and held is not None:
                    held.inherited = False
                continue
            _drop_column(schema, child, command, moment)
        elif not only:
            _COMMANDS[kind](schema, child, command, moment)


def family(schema: Schema, relation: HistoryRelation) -> list[HistoryRelation]:
    """Give a relation and all that inherit from it, parents first."""
    found = [relation]
    for each in found:
        for key in each.children:
            child = schema.relations.get(key)
            if child is not None and child not in found and each.key in child.parents:
                found.append(child)
    return found


def heard_of(schema: Schema, node: Node) -> HistoryRelation:
    """Give the relation that a RangeVar names; one made elsewhere is noted, and its columns are not known."""
    key = key_of(schema, node)
    relation = schema.relations.get(key)
    if relation is None:
        relation = schema.relations[key] = HistoryRelation(*key)
        schema.dropped.discard(key)
    return relation


def _doubt(relation: HistoryRelation, kind: str, command: Node) -> None:
    if kind in {"AT_DropColumn", "AT_AlterColumnType"} and command.name in relation.columns:
        found = relation.columns[command.name]
        found.doubtful = True
        if kind == "AT_AlterColumnType":
            found.type = None
    elif kind == "AT_DropConstraint":
        relation.constraints.pop(command.name, None)
        relation.settled = False
    else:
        relation.row_security = None if kind == "AT_DisableRowSecurity" else relation.row_security


def _add_column(schema: Schema, relation: HistoryRelation, command: Node, moment: HistoryPosition) -> None:
    node = definition(command).column_def
    if node.colname in relation.columns and command.missing_ok:
        return
    relation.gone.pop(node.colname, None)
    relation.columns[node.colname] = column(schema, node, moment)
    for wrapped in node.constraints:
        add_constraint(schema, relation, wrapped.constraint, moment, node.colname)


def _drop_column(schema: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    name = command.name
    relation.columns.pop(name, None)
    relation.gone[name] = ""
    for constraint in [each for each in relation.constraints.values() if _is_on(each, name)]:
        del relation.constraints[constraint.name]
    for index in [each for each in relation.indexes.values() if _uses(each, name)]:
        _drop_index(schema, relation, index.name)
    if enumeration("DropBehavior")[command.behavior] == "DROP_CASCADE":
        drop_dependent_policies(relation, {name})
        doubt_views(schema, {relation.name})


def _is_on(constraint: HistoryConstraint, name: str) -> bool:
    if constraint.kind == "check" and constraint.tree is not None:
        return name in named_columns(constraint.tree.raw_expr)
    return name in constraint.columns


def _uses(index: HistoryIndex, name: str) -> bool:
    if name in index.columns:
        return True
    if index.tree is None:
        return False
    keys = [each.index_elem.expr for each in index.tree.index_params]
    included = [each.index_elem.name for each in index.tree.index_including_params]
    return name in included or any(name in named_columns(each) for each in (*keys, index.tree.where_clause))


def _drop_index(schema: Schema, relation: HistoryRelation, name: str) -> None:
    relation.indexes.pop(name, None)
    schema.indexes.pop((relation.schema, name), None)


def drop_dependent_policies(relation: HistoryRelation, gone: set[str]) -> None:
    """Take away the policies that CASCADE takes along with columns, or with whatever has the names."""
    for policy in [each for each in relation.policies.values() if not _names_in(each).isdisjoint(gone)]:
        del relation.policies[policy.name]
        relation.settled = False


def _names_in(policy: HistoryPolicy) -> frozenset[str]:
    if policy.names is None:
        trees = [each for each in (policy.using, policy.check) if each is not None]
        named = [names for each in trees for names in (named_columns(each), _relations_in(each))]
        policy.names = frozenset(itertools.chain(*named))
    return policy.names


def _relations_in(tree: Node) -> set[str]:
    return {named for _, named in relations_in(tree)}


def _reads(view: HistoryRelation) -> frozenset[str]:
    if view.reads is None:
        view.reads = frozenset(_relations_in(view.query))
    return view.reads


_VIEWS = frozenset({"view", "materialized view"})


def doubt_views(schema: Schema, gone: set[str]) -> None:
    """Note that CASCADE may have taken along the views of what is gone, and the views of those."""
    views = [each for each in schema.relations.values() if each.kind in _VIEWS and not each.doubtful]
    for _ in views:
        found = [each for each in views if each.query is None or not _reads(each).isdisjoint(gone)]
        if not found:
            break
        for relation in found:
            relation.doubtful = True
            gone = gone | {relation.name}
        views = [each for each in views if not each.doubtful]


def _of_column(change: Callable[[Schema, HistoryColumn, Node], None]) -> _Command:
    def apply(schema: Schema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
        found = relation.columns.get(command.name)
        if found is None:
            if relation.complete:
                return
            found = relation.columns[command.name] = HistoryColumn(command.name)
        change(schema, found, command)

    return apply


def _set_type(schema: Schema, found: HistoryColumn, command: Node) -> None:
    node = definition(command).column_def
    found.type = type_named(schema, node.type_name)
    found.modifiers = modifiers(node.type_name)
    found.collation = collation(node)


def _set_default(_: Schema, found: HistoryColumn, command: Node) -> None:
    node = definition(command)
    found.default = node if node.WhichOneof("node") else None


def _set_not_null(_: Schema, found: HistoryColumn, __: Node) -> None:
    found.not_null = True


def _drop_not_null(_: Schema, found: HistoryColumn, __: Node) -> None:
    found.not_null = False


def _add_identity(_: Schema, found: HistoryColumn, __: Node) -> None:
    found.identity = "by default"


def _drop_identity(_: Schema, found: HistoryColumn, __: Node) -> None:
    found.identity = ""


def _drop_expression(_: Schema, found: HistoryColumn, __: Node) -> None:
    found.generated, found.default = "", None


def _constrain(schema: Schema, relation: HistoryRelation, command: Node, moment: HistoryPosition) -> None:
    node = definition(command).constraint
    made = add_constraint(schema, relation, node, moment)
    if made is not None and made.name in relation.indexes:
        schema.indexes[relation.schema, made.name] = relation.indexes[made.name]
    if node.indexname and node.conname and node.indexname in relation.indexes:
        # The index takes the name of the constraint that it comes to hold.
        relation.indexes.pop(node.indexname)
        schema.indexes.pop((relation.schema, node.indexname), None)


def _drop_constraint(schema: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    relation.constraints.pop(command.name, None)
    _drop_index(schema, relation, command.name)


def _validate(_: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    found = relation.constraints.get(command.name)
    if found is not None:
        found.valid = True
        if found.kind == "not null":
            set_not_null(relation, found.columns)
    elif not relation.settled:
        # Added elsewhere: what it says is not known.
        relation.constraints[command.name] = HistoryConstraint(command.name, "")


def _set_options(_: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    for name, value in options(definition(command).list.items):
        relation.options[name] = option_text(value)


def _reset_options(_: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    for name, _value in options(definition(command).list.items):
        relation.options.pop(name, None)


def _row_security(attribute: str, *, value: bool) -> _Command:
    def apply(_: Schema, relation: HistoryRelation, __: Node, ___: HistoryPosition) -> None:
        setattr(relation, attribute, value)

    return apply


def _enable_trigger(*, value: bool) -> _Command:
    def apply(_: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
        for trigger in relation.triggers.values():
            if trigger.name == command.name or not command.name:
                trigger.enabled = value

    return apply


def _owner(_: Schema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    relation.owner = command.newowner.rolename or None


def _inherit(schema: Schema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
    complete = relation.complete
    inherit(schema, relation, definition(command).range_var, partition=False)
    # The child must have had the columns already.
    relation.complete = complete


def _attach(schema: Schema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
    child = heard_of(schema, definition(command).partition_cmd.name)
    child.partition_of = relation.key
    child.parents.append(relation.key)
    relation.children.append(child.key)
    for each in child.columns.values():
        each.inherited = True


def _detach(schema: Schema, relation: HistoryRelation, command: Node, _: HistoryPosition) -> None:
    child = heard_of(schema, definition(command).partition_cmd.name)
    child.partition_of = None
    child.parents = [key for key in child.parents if key != relation.key]
    # It keeps constraints and indexes that its parent gave it.
    child.settled = False


_COMMANDS: dict[str, _Command] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _of_column(_set_type),
    "AT_ColumnDefault": _of_column(_set_default),
    "AT_SetNotNull": _of_column(_set_not_null),
    "AT_DropNotNull": _of_column(_drop_not_null),
    "AT_AddIdentity": _of_column(_add_identity),
    "AT_DropIdentity": _of_column(_drop_identity),
    "AT_DropExpression": _of_column(_drop_expression),
    "AT_AddConstraint": _constrain,
    "AT_DropConstraint": _drop_constraint,
    "AT_ValidateConstraint": _validate,
    "AT_SetRelOptions": _set_options,
    "AT_ResetRelOptions": _reset_options,
    "AT_EnableRowSecurity": _row_security("row_security", value=True),
    "AT_DisableRowSecurity": _row_security("row_security", value=False),
    "AT_ForceRowSecurity": _row_security("force_row_security", value=True),
    "AT_NoForceRowSecurity": _row_security("force_row_security", value=False),
    "AT_EnableTrig": _enable_trigger(value=True),
    "AT_EnableAlwaysTrig": _enable_trigger(value=True),
    "AT_EnableReplicaTrig": _enable_trigger(value=True),
    "AT_EnableTrigAll": _enable_trigger(value=True),
    "AT_EnableTrigUser": _enable_trigger(value=True),
    "AT_DisableTrig": _enable_trigger(value=False),
    "AT_DisableTrigAll": _enable_trigger(value=False),
    "AT_DisableTrigUser": _enable_trigger(value=False),
    "AT_ChangeOwner": _owner,
    "AT_AddInherit": _inherit,
    "AT_AttachPartition": _attach,
    "AT_DetachPartition": _detach,
}
# What a table's children do with it.
_INHERITED = frozenset({"AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType"})
_TAKING = frozenset({"AT_DropColumn", "AT_AlterColumnType", "AT_DropConstraint", "AT_DisableRowSecurity"})
