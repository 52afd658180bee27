"""Check the commands of ALTER TABLE against the state of the table."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import UNKNOWN, can_coerce_for_assignment
from schema_dsl.analysis.effects import Effect, effects, effects_by_command
from schema_dsl.analysis.effects.names import constraint_kind, object_kind
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.identity import table_identity
from schema_dsl.analysis.scope import Scope, build_from_item
from schema_dsl.analysis.trees import enumeration, node_definition, resolve_type_name
from schema_dsl.lint.history.constraints import add_constraint
from schema_dsl.lint.history.create_table import build_column
from schema_dsl.lint.history.removal import constraint_uses
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics import (
    column_attributes,
    create_table,
    dependents,
    fitting_indexes,
    inheritance,
    persistence,
    refused_values,
    relation_kinds,
    retyped_columns,
    storage_parameters,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_objects import check_part_exists
from schema_dsl.lint.semantics.drop_rename import check_index_exists
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node


def alter_table(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check each command of an ALTER TABLE."""
    if object_kind(tree.objtype) == "index":
        check_index_exists(
            analyzer, tree.relation.schemaname, tree.relation.relname, missing_ok=tree.missing_ok
        )
        storage_parameters.check_altered_index(analyzer, tree)
        return
    existing = _find_altered_relation(analyzer, tree)
    remaining = _without_dropped(existing, step)
    relation = _with_added_columns(analyzer, step, remaining, tree)
    added: set[str] = set()
    for alteration, (effect, *_) in effects_by_command(step.statement).items():
        command, kind = alteration.node, alteration.kind
        if not relation_kinds.check_accepted(analyzer, existing, kind):
            continue
        found = len(analyzer.errors)
        if step.guard is Guard.NONE:
            _check_effect(analyzer, step, existing, effect)
            storage_parameters.check_altered(analyzer, existing, tree, alteration)
        if kind == "AT_AddColumn":
            _check_named_once(analyzer, added, command)
            _check_added_column(analyzer, step, remaining, relation, command)
        elif kind == "AT_AddConstraint":
            _check_added_constraint(analyzer, step, (existing, remaining, relation), command)
        elif _is_about_column(effect) and step.guard is not Guard.UNKNOWN:
            _check_column_command(analyzer, existing if effect.verb == "drop" else relation, kind, command)
            if kind == "AT_AlterColumnType" and len(analyzer.errors) == found:
                _check_new_type(analyzer, existing, relation, command, tree)
        elif step.guard is Guard.NONE:
            _check_named_part(analyzer, existing if effect.verb == "drop" else relation, effect, tree)


def _check_effect(
    analyzer: HistoryAnalyzer, step: HistoryStep, existing: HistoryRelation, effect: Effect
) -> None:
    """Check a command against the parents, the children, the dependents and the columns of the table."""
    found = len(analyzer.errors)
    inheritance.check_shared_column(analyzer, existing, effect, only=not step.tree.relation.inh)
    if effect.command is not None:
        persistence.check_logging(analyzer, existing, effect.command.kind)
        inheritance.check_parent_command(analyzer, existing, effect.command.kind, effect.command.node)
    if len(analyzer.errors) == found:
        dependents.check_command(analyzer, step, existing, effect)
        column_attributes.check_attribute(analyzer, step, existing, effect)


def _check_added_constraint(
    analyzer: HistoryAnalyzer,
    step: HistoryStep,
    states: tuple[HistoryRelation, HistoryRelation, HistoryRelation],
    command: Node,
) -> None:
    """Check a new constraint against the table before, without the dropped parts and with the added parts."""
    existing, remaining, relation = states
    node = node_definition(command).constraint
    _check_constraint_name(analyzer, step, remaining, node)
    _check_single_primary_key(analyzer, step, remaining, node)
    create_table.check_constraint(analyzer, relation, node)
    if step.guard is Guard.NONE and not step.tree.relation.inh:
        inheritance.check_only_constraint(analyzer, existing, node)
    if constraint_kind(node.contype) == "check" and node.is_enforced and step.guard is Guard.NONE:
        refused_values.check_condition(analyzer, relation, node.conname, node.raw_expr)
    if step.guard is Guard.NONE:
        fitting_indexes.check_using_index(analyzer, existing, node)


def _is_about_column(effect: Effect) -> bool:
    """Return whether a command names an existing column, or its default, NOT NULL, identity or expression."""
    parent = effect.identity.parent
    return effect.identity.kind in {"column", "attribute"} or (parent is not None and parent.kind == "column")


def _check_named_part(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, effect: Effect, tree: Node
) -> None:
    """Check that the constraint, trigger or index of a command exists."""
    command, kind = effect.node, effect.command.kind if effect.command is not None else ""
    if effect.identity.kind in {"trigger", "constraint"} and command.name:
        _check_named_object(analyzer, relation, effect, tree)
    elif kind in {"AT_ClusterOn", "AT_ReplicaIdentity"}:
        name = command.name or node_definition(command).replica_identity_stmt.name
        if name:
            fitting_indexes.check_named_index(analyzer, relation, kind, name)


def _check_named_object(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, effect: Effect, tree: Node
) -> None:
    """Check that the constraint or trigger of a command exists."""
    command = effect.node
    constraint = relation.constraints.get(command.name)
    if (
        effect.command is not None
        and effect.command.kind == "AT_ValidateConstraint"
        and constraint is not None
    ):
        is_certain = not relation.uncertain and "constraints" not in relation.unknown_kinds
        if constraint.kind in {*_KEY_KINDS, "exclusion"} and is_certain:
            message = (
                f'cannot validate constraint "{command.name}" of relation "{relation}": it is always valid'
            )
            analyzer.report("unknown-constraint", message, "Remove the command.", -1, command.name)
        return
    if effect.identity.kind == "trigger":
        # A partition also has the triggers of its parent. Foreign keys create triggers named RI_ConstraintTrigger_*.
        if relation.partition_of is None and not command.name.startswith("RI_ConstraintTrigger"):
            check_part_exists(analyzer, relation, "trigger", command.name)
    elif not command.missing_ok and not any(_adds_constraint(wrapped, command.name) for wrapped in tree.cmds):
        analyzer.check_constraint_exists(relation, command.name, tree.relation.location)


def _find_altered_relation(analyzer: HistoryAnalyzer, tree: Node) -> HistoryRelation:
    schema_name, name = tree.relation.schemaname, tree.relation.relname
    relation = (
        analyzer.history.find_relation(schema_name, name)
        if tree.missing_ok
        else analyzer.resolve_relation(tree.relation)
    )
    return relation or HistoryRelation(table_identity(schema_name, name))


def _adds_constraint(wrapped: Node, name: str) -> bool:
    return bool(node_definition(wrapped.alter_table_cmd).constraint.conname == name)


def _check_column_command(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, command: Node
) -> None:
    if command.missing_ok and command.name not in relation.columns:
        return
    if check_column_exists(analyzer, relation, command.name, -1):
        _check_altered_column(analyzer, relation, kind, command)


def _without_dropped(relation: HistoryRelation, step: HistoryStep) -> HistoryRelation:
    """Return the relation without the columns and constraints that the statement drops; Postgres drops first."""
    dropped = {effect.identity for effect in effects(step.statement) if effect.verb == "drop"}
    columns = {each.name for each in dropped if each.kind == "column"} & relation.columns.keys()
    constraint_names = {each.name for each in dropped if each.kind == "constraint"}
    constraint_names &= relation.constraints.keys()
    if not columns and not constraint_names:
        return relation
    constraint_names |= {
        constraint.name
        for constraint in relation.constraints.values()
        if any(constraint_uses(constraint, column) for column in columns)
    }
    return attrs.evolve(
        relation,
        columns={name: column for name, column in relation.columns.items() if name not in columns},
        constraints={
            name: constraint
            for name, constraint in relation.constraints.items()
            if name not in constraint_names
        },
    )


def _with_added_columns(
    analyzer: HistoryAnalyzer, step: HistoryStep, relation: HistoryRelation, tree: Node
) -> HistoryRelation:
    """Return the relation with the columns and keys that the statement adds or changes."""
    changed: dict[str, HistoryColumn] | None = None
    keyed: HistoryRelation | None = None
    for wrapped in tree.cmds[:]:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if kind == "AT_AddColumn":
            node = node_definition(command).column_def
            changed = dict(relation.columns) if changed is None else changed
            if not (command.missing_ok and node.colname in changed):
                changed[node.colname] = build_column(analyzer.history, relation, node, step.position)
        elif kind == "AT_AlterColumnType" and command.name in relation.columns:
            changed = dict(relation.columns) if changed is None else changed
            column = build_column(
                analyzer.history, relation, node_definition(command).column_def, step.position
            )
            changed[command.name] = attrs.evolve(changed[command.name], type=column.type)
        for constraint in _added_keys(kind, command):
            if keyed is None:
                # Without columns: a primary key would mark the shared columns of the replayed schema NOT NULL.
                keyed = attrs.evolve(
                    relation,
                    columns={},
                    constraints=dict(relation.constraints),
                    indexes=dict(relation.indexes),
                )
            on = node_definition(command).column_def.colname if kind == "AT_AddColumn" else ""
            add_constraint(analyzer.history, keyed, constraint, step.position, on)
    if keyed is None and changed is None:
        return relation
    return attrs.evolve(keyed or relation, columns=relation.columns if changed is None else changed)


def _added_keys(kind: str, command: Node) -> list[Node]:
    """Return the primary keys and unique constraints that a command adds, which a foreign key may reference."""
    if kind == "AT_AddConstraint":
        added = [node_definition(command).constraint]
    elif kind == "AT_AddColumn":
        added = [constraint.constraint for constraint in node_definition(command).column_def.constraints]
    else:
        return []
    return [constraint for constraint in added if constraint_kind(constraint.contype) in _KEY_KINDS]


def _check_named_once(analyzer: HistoryAnalyzer, added: set[str], command: Node) -> None:
    """Check that a statement does not add a column twice."""
    node = node_definition(command).column_def
    if node.colname in added and not command.missing_ok:
        message = f'column "{node.colname}" is added twice'
        analyzer.report("duplicate-name", message, "", node.location, node.colname)
    added.add(node.colname)


def _check_added_column(
    analyzer: HistoryAnalyzer,
    step: HistoryStep,
    existing: HistoryRelation,
    relation: HistoryRelation,
    command: Node,
) -> None:
    node = node_definition(command).column_def
    column = existing.columns.get(node.colname)
    if (
        column is not None
        and not (command.missing_ok or column.uncertain or existing.uncertain or existing.declared)
        and column.created_at is not None
        and "columns" not in existing.unknown_kinds
        and step.guard is Guard.NONE
    ):
        message = f'column "{node.colname}" of relation "{existing}" already exists'
        analyzer.report(
            "duplicate-name", message, "Use ADD COLUMN IF NOT EXISTS.", node.location, node.colname
        )
    create_table.check_column(analyzer, relation, node)


def _check_constraint_name(
    analyzer: HistoryAnalyzer, step: HistoryStep, existing: HistoryRelation, node: Node
) -> None:
    constraint = existing.constraints.get(node.conname)
    if (
        constraint is not None
        and constraint.created_at is not None
        and step.guard is Guard.NONE
        and "constraints" not in existing.unknown_kinds
        and not (existing.declared or existing.uncertain)
    ):
        message = f'constraint "{node.conname}" for relation "{existing}" already exists'
        analyzer.report(
            "duplicate-name", message, "Drop the existing constraint first.", node.location, node.conname
        )


def _check_single_primary_key(
    analyzer: HistoryAnalyzer, step: HistoryStep, existing: HistoryRelation, node: Node
) -> None:
    key = next(
        (constraint for constraint in existing.constraints.values() if constraint.kind == "primary_key"), None
    )
    if (
        constraint_kind(node.contype) == "primary_key"
        and key is not None
        and key.created_at is not None
        and step.guard is Guard.NONE
        and "constraints" not in existing.unknown_kinds
        and not (existing.declared or existing.uncertain)
    ):
        message = f'multiple primary keys for table "{existing}" are not allowed'
        analyzer.report("duplicate-name", message, f"Drop {key.name} first.", node.location)


def _check_altered_column(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, command: Node
) -> None:
    node = node_definition(command)
    column = relation.columns.get(command.name)
    if kind == "AT_ColumnDefault" and node.WhichOneof("node"):
        create_table.check_default(analyzer, node, column, relation)
    elif kind == "AT_SetExpression":
        create_table.check_generated(analyzer, node, column, build_from_item(relation))
        column_attributes.check_expression(analyzer, relation, node, -1)
    elif kind == "AT_AlterColumnType":
        analyzer.resolve_type(node.column_def.type_name)


def _check_new_type(
    analyzer: HistoryAnalyzer, existing: HistoryRelation, relation: HistoryRelation, command: Node, tree: Node
) -> None:
    """Check that the values and the default of a column can be converted to its new type."""
    node = node_definition(command).column_def
    # USING is evaluated on the row before any command of the statement.
    using = analyze_expression(analyzer, node.raw_default, Scope([build_from_item(existing)]))
    old, new = existing.columns.get(command.name), resolve_type_name(analyzer.history, node.type_name)
    if (
        old is None
        or old.uncertain
        or old.generated
        or existing.kind != "table"
        or "columns" in existing.unknown_kinds
    ):
        return
    found = len(analyzer.errors)
    if using.type == UNKNOWN:
        analyzer.coerce_constant(using, new, -1)
    source = using.type if node.HasField("raw_default") else old.type
    if can_coerce_for_assignment(analyzer.history, source, new) is False:
        what = "result of USING clause for column" if node.HasField("raw_default") else "column"
        message = f'{what} "{command.name}" cannot be cast automatically to type {format_type(new)}'
        analyzer.report("type-mismatch", message, "Specify the conversion with USING.", -1, command.name)
    elif old.default is not None and not any(_drops_default(wrapped, command.name) for wrapped in tree.cmds):
        value = analyze_expression(HistoryAnalyzer(analyzer.history), old.default, Scope())
        kind = old.default_type or old.type
        kind = kind if value.type == UNKNOWN and value.literal is not None else value.type
        if can_coerce_for_assignment(analyzer.history, kind, new) is False:
            message = (
                f'default for column "{command.name}" cannot be cast automatically to type {format_type(new)}'
            )
            remedy = "Drop the default in the same statement, then set a new one."
            analyzer.report("type-mismatch", message, remedy, -1, command.name)
    if len(analyzer.errors) == found and command.name in relation.columns:
        retyped_columns.check_uses(analyzer, existing, relation, command.name)


def _drops_default(wrapped: Node, name: str) -> bool:
    command = wrapped.alter_table_cmd
    kind = enumeration("AlterTableType")[command.subtype]
    return kind == "AT_ColumnDefault" and command.name == name and not command.HasField("def")


_KEY_KINDS = frozenset({"primary_key", "unique"})
