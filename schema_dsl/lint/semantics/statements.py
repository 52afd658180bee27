"""Dispatch each statement to its semantic check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from schema_dsl.analysis import dml, queries
from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import UNKNOWN
from schema_dsl.analysis.effects.names import is_cascade, object_kind
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.trees import names, qualified_name
from schema_dsl.lint.history.create_routine import build_routine
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import Routine, resolve_relation_key
from schema_dsl.lint.semantics import (
    alter_table,
    collations,
    copy,
    create_objects,
    create_table,
    dependents,
    do_blocks,
    domains,
    drop_rename,
    fitting_indexes,
    named_objects,
    named_relations,
    new_types,
    privileges,
    refused_values,
    relation_kinds,
    role_dependents,
    sequences,
    session_names,
    setting_values,
    storage_parameters,
    written_columns,
    written_views,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_routine import create_function
from schema_dsl.lint.semantics.plpgsql_bodies import VARIABLES
from schema_dsl.lint.semantics.routine_names import check_call
from schema_dsl.parsing import Node


def check_statement(analyzer: HistoryAnalyzer, step: HistoryStep) -> None:
    """Check one statement against the state before it."""
    check = _CHECKS.get(step.kind)
    if check is None:
        return
    if step.guard is Guard.UNKNOWN or (step.guard is Guard.IF_ABSENT and step.kind not in _CREATE_KINDS):
        return
    try:
        check(analyzer, step, step.tree)
    except RecursionError:
        # The statement is nested too deeply for Python's recursion limit.
        return
    if step.guard is Guard.NONE:
        refused_values.check_domain_casts(analyzer)


def _statement_scope(step: HistoryStep) -> Scope:
    """Return the outermost scope of a statement; in a DO block, it holds the PL/pgSQL variables."""
    if not step.in_block:
        return Scope()
    return Scope(variables=dict.fromkeys(sorted(step.variables | VARIABLES)))


def _query(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    queries.analyze_select(analyzer, tree, _statement_scope(step))


def _modification(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    if step.guard is Guard.NONE and not relation_kinds.check_write(analyzer, step.kind, tree):
        return
    dml.analyze_modification(analyzer, step.kind, tree, _statement_scope(step))
    if step.guard is Guard.NONE and step.kind == "insert_stmt":
        written_columns.check_insert(analyzer, tree)
        written_views.check_insert(analyzer, tree)
    elif step.kind == "update_stmt":
        written_columns.check_update(analyzer, tree)
    elif step.kind == "merge_stmt" and step.guard is Guard.NONE:
        written_columns.check_merge(analyzer, tree)


def _view(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    storage_parameters.check_parameters(analyzer, "view", tree.options)
    query = tree.query
    if query.WhichOneof("node") == "select_stmt":
        columns = queries.analyze_select(analyzer, query.select_stmt, _statement_scope(step))
        check_result_names(analyzer, names(tree.aliases), columns)
        relation_kinds.check_option(analyzer, tree)
        if not tree.replace:
            create_table.check_new_name(analyzer, step, tree.view)
        new_types.check_name(analyzer, step, tree.view.schemaname, tree.view.relname, is_relation=True)
        target = Identity("view", *resolve_relation_key(analyzer.history, tree.view))
        if tree.replace and step.guard is Guard.NONE and not drop_rename.has_kind(analyzer, target):
            return
        if tree.replace and columns is not None and step.guard is Guard.NONE:
            _check_replaced_view(analyzer, tree, queries.rename_columns(columns, names(tree.aliases)) or [])


def check_result_names(analyzer: HistoryAnalyzer, aliases: list[str], columns: ColumnTypes | None) -> None:
    """Report too many names for the columns of a query, and names that two columns have."""
    _check_alias_count(analyzer, aliases, columns)
    seen: set[str] = set()
    for name, _ in columns or ():
        if name in seen and not aliases:
            analyzer.report(
                "duplicate-name",
                f'column "{name}" specified more than once',
                "Give one of the columns an alias.",
                -1,
                name,
            )
        seen.add(name)


def _check_alias_count(analyzer: HistoryAnalyzer, aliases: list[str], columns: ColumnTypes | None) -> None:
    if columns is not None and len(aliases) > len(columns):
        message = f"too many column names were specified: {len(aliases)} for {len(columns)}"
        analyzer.report("wrong-column-count", message, "", -1, aliases[len(columns)])


def _check_replaced_view(analyzer: HistoryAnalyzer, tree: Node, columns: ColumnTypes) -> None:
    """Check that CREATE OR REPLACE VIEW keeps the existing columns; it can only add columns at the end."""
    existing = analyzer.history.relations.get(resolve_relation_key(analyzer.history, tree.view))
    if (
        existing is None
        or existing.kind != "view"
        or existing.created_at is None
        or not existing.complete
        or existing.uncertain
    ):
        return
    message = ""
    for old, (name, column_type) in zip(existing.columns.values(), columns, strict=False):
        kind = "text" if column_type == UNKNOWN else column_type
        if old.name != name:
            message = f'cannot change name of view column "{old.name}" to "{name}"'
        elif None not in {old.type, kind} and old.type != kind:
            message = (
                f'cannot change data type of view column "{name}" '
                f"from {format_type(old.type)} to {format_type(kind)}"
            )
        if message:
            break
    if not message and len(columns) < len(existing.columns):
        message = "cannot drop columns from view"
    if message:
        remedy = f"Drop the view first: DROP VIEW {existing}."
        analyzer.report("not-replaceable", message, remedy, -1, existing.name)


def _table_as(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    if not tree.if_not_exists:
        create_table.check_new_name(analyzer, step, tree.into.rel)
    if tree.into.access_method in {"", "heap"}:
        storage_parameters.check_parameters(
            analyzer, object_kind(tree.objtype).replace("_", " "), tree.into.options
        )
    if tree.query.WhichOneof("node") == "select_stmt":
        columns = queries.analyze_select(analyzer, tree.query.select_stmt, _statement_scope(step))
        check_result_names(analyzer, names(tree.into.col_names), columns)


def _explain(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    queries.analyze_query(analyzer, tree.query, _statement_scope(step))


def _composite(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    new_types.check_name(analyzer, step, tree.typevar.schemaname, tree.typevar.relname)
    for element in tree.coldeflist:
        kind = analyzer.resolve_type(element.column_def.type_name)
        collations.check_clause(analyzer, element.column_def, kind)


def _new_type(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    new_types.check_name(analyzer, step, *qualified_name(tree.type_name))


def _enum(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    _new_type(analyzer, step, tree)
    twice = next((label for label, count in Counter(names(tree.vals)).items() if count > 1), "")
    if twice:
        analyzer.report("duplicate-name", f'enum label "{twice}" is given twice', "", -1, twice)


def _alter_enum(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that a label to rename exists, and that a new one does not."""
    full = analyzer.history.find_type_name(*qualified_name(tree.type_name))
    if full is None and step.guard is Guard.NONE:
        analyzer.report_unknown_type(*qualified_name(tree.type_name), -1)
    user_type = analyzer.history.find_user_type(full) if full else None
    row = analyzer.history.find_row_relation(full) if full else None
    is_other = user_type.kind != "enum" if user_type is not None else row is not None
    if is_other and step.guard is Guard.NONE:
        name = names(tree.type_name)[-1]
        analyzer.report("wrong-object-kind", f"{name} is not an enum", "", -1, name)
    if user_type is None or user_type.kind != "enum" or user_type.created_at is None:
        return
    if step.guard is not Guard.NONE or user_type.may_have_changed:
        return
    if tree.new_val in user_type.labels and not tree.skip_if_new_val_exists:
        message = f'enum label "{tree.new_val}" of type "{user_type.name}" already exists'
        remedy = "" if tree.old_val else "Use ADD VALUE IF NOT EXISTS."
        analyzer.report("duplicate-name", message, remedy, -1, tree.new_val)
    for label in (tree.old_val, tree.new_val_neighbor):
        if label and label not in user_type.labels:
            message = f'"{label}" is not an existing label of enum "{user_type.name}"'
            near = find_nearest(label, user_type.labels)
            analyzer.report("unknown-label", message, f"Did you mean {near}?" if near else "", -1, label)


def _function(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    overloads = analyzer.history.routines.get(
        (
            analyzer.history.creation_schema(qualified_name(tree.funcname)[0]),
            qualified_name(tree.funcname)[1],
        ),
        (),
    )
    if overloads and step.guard is Guard.NONE:
        new = build_routine(analyzer.history, step.statement, step.position)
        argument_types = new.signature.arguments
        same = [
            routine
            for routine in overloads
            if routine.signature.arguments == argument_types and routine.created_at and routine.is_certain
        ]
        if same and None not in argument_types and tree.replace:
            _check_replaced_function(analyzer, same[0], new)
        elif same and None not in argument_types:
            name = same[0].name
            message = f'function "{name}" already exists with same argument types'
            analyzer.report("duplicate-name", message, "Use CREATE OR REPLACE FUNCTION.", -1, name)
    create_function(analyzer, step, tree)


def _check_replaced_function(analyzer: HistoryAnalyzer, old: Routine, new: Routine) -> None:
    """Check that CREATE OR REPLACE FUNCTION keeps the kind, result type, parameter names and defaults."""
    before, after = old.signature, new.signature
    has_output_columns = len(before.columns) > 1 and None not in {
        kind for _, kind in (*before.columns, *after.columns)
    }
    renamed = [
        name
        for name, other in zip(old.argument_names, new.argument_names, strict=False)
        if name and name != other
    ]
    message = ""
    if before.kind not in {"f", "p"} or before.kind != after.kind:
        message = "cannot change routine kind"
    elif None not in {before.returns, after.returns} and (
        (before.returns, before.returns_set) != (after.returns, after.returns_set)
        or (has_output_columns and before.columns != after.columns)
    ):
        message = "cannot change return type of existing function"
    elif renamed:
        message = f'cannot change name of input parameter "{renamed[0]}"'
    elif after.defaults < before.defaults:
        message = "cannot remove parameter defaults from existing function"
    if message:
        argument_list = ", ".join(format_type(argument) for argument in before.arguments)
        remedy = f"Drop the function first: DROP FUNCTION {old.name}({argument_list})."
        analyzer.report("not-replaceable", message, remedy, -1, old.name)


def _call(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    check_call(analyzer, tree, _statement_scope(step), in_body=step.in_block)


def _truncate(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    found = [analyzer.resolve_relation(node.range_var) for node in tree.relations]
    for relation in found:
        relation_kinds.check_accepted(analyzer, relation, "TRUNCATE")
    if step.guard is Guard.NONE and not is_cascade(tree):
        dependents.check_truncate(analyzer, [relation for relation in found if relation is not None])


_CHECKS: dict[str, Callable[[HistoryAnalyzer, HistoryStep, Node], None]] = {
    "create_stmt": create_table.create_table,
    "alter_table_stmt": alter_table.alter_table,
    "index_stmt": create_objects.create_index,
    "create_policy_stmt": create_objects.create_policy,
    "alter_policy_stmt": create_objects.alter_policy,
    "create_trig_stmt": create_objects.create_trigger,
    "rule_stmt": create_objects.create_rule,
    "create_function_stmt": _function,
    "select_stmt": _query,
    "insert_stmt": _modification,
    "update_stmt": _modification,
    "delete_stmt": _modification,
    "merge_stmt": _modification,
    "view_stmt": _view,
    "create_table_as_stmt": _table_as,
    "explain_stmt": _explain,
    "copy_stmt": copy.check_copy,
    "define_stmt": named_objects.check_defined,
    "create_cast_stmt": named_objects.check_cast,
    "create_event_trig_stmt": named_objects.check_event_trigger,
    "create_domain_stmt": domains.create_domain,
    "alter_domain_stmt": domains.alter_domain,
    "composite_type_stmt": _composite,
    "create_enum_stmt": _enum,
    "create_range_stmt": _new_type,
    "alter_enum_stmt": _alter_enum,
    "refresh_mat_view_stmt": fitting_indexes.check_refresh,
    "cluster_stmt": fitting_indexes.check_cluster,
    "create_seq_stmt": sequences.check_sequence,
    "alter_seq_stmt": sequences.check_sequence,
    "call_stmt": _call,
    "do_stmt": do_blocks.check_block,
    "variable_set_stmt": setting_values.check_set,
    "variable_show_stmt": setting_values.check_show,
    **dict.fromkeys(
        ("alter_role_set_stmt", "alter_database_set_stmt", "alter_system_stmt"), setting_values.check_attached
    ),
    "transaction_stmt": session_names.check_transaction,
    "declare_cursor_stmt": session_names.check_declared,
    "fetch_stmt": session_names.check_cursor,
    "close_portal_stmt": session_names.check_cursor,
    "prepare_stmt": session_names.check_prepared,
    "lock_stmt": named_relations.check_lock,
    "vacuum_stmt": named_relations.check_vacuum,
    "create_publication_stmt": named_objects.check_publication,
    "alter_publication_stmt": named_objects.check_publication,
    "create_stats_stmt": named_relations.check_statistics,
    "alter_default_privileges_stmt": privileges.check_default_privileges,
    "truncate_stmt": _truncate,
    "comment_stmt": drop_rename.check_named_objects,
    "alter_function_stmt": drop_rename.check_named_objects,
    "alter_owner_stmt": drop_rename.check_named_objects,
    "alter_object_schema_stmt": drop_rename.check_named_objects,
    "grant_stmt": privileges.check_grant,
    "grant_role_stmt": privileges.check_grant_of_role,
    "drop_stmt": drop_rename.drop,
    "reindex_stmt": drop_rename.check_named_objects,
    "drop_role_stmt": role_dependents.check_drop_role,
    "rename_stmt": drop_rename.rename,
}
# Statements to check also if they run only when the object that they create is absent.
_CREATE_KINDS = frozenset(
    {
        "create_stmt",
        "alter_table_stmt",
        "index_stmt",
        "create_policy_stmt",
        "create_trig_stmt",
        "create_function_stmt",
        "view_stmt",
    }
)
