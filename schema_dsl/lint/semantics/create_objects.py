"""Check statements about parts of a relation: indexes, policies, rules and triggers."""

from __future__ import annotations

from schema_dsl.analysis.analyzer import ExpressionContext
from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.call_candidates import list_functions
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.expressions import analyze_condition
from schema_dsl.analysis.function_calls import report_unknown_function
from schema_dsl.analysis.rewrite_rules import analyze_rule
from schema_dsl.analysis.scope import FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import names, qualified_name
from schema_dsl.lint.history.rename import parts_by_kind
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import (
    access_methods,
    create_table,
    fitting_indexes,
    relation_kinds,
    storage_parameters,
    trigger_forms,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node, walk

POLICY_CONTEXT = ExpressionContext("policy expressions", "policy expression", allows_subqueries=True)
TRIGGER_WHEN_CONTEXT = ExpressionContext("trigger WHEN conditions", "trigger WHEN condition")
_INSERT, _DELETE = 4, 8


def create_index(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check an index, and that its name is free."""
    relation = analyzer.resolve_relation(tree.relation)
    if relation is None:
        return
    if tree.idxname and not tree.if_not_exists and step.guard is Guard.NONE:
        create_table.check_name_is_free(analyzer, (relation.schema, tree.idxname))
    if not relation_kinds.check_accepted(analyzer, relation, "CREATE INDEX"):
        return
    access_methods.check_capabilities(analyzer, tree)
    storage_parameters.check_parameters(analyzer, f"{tree.access_method} index", tree.options)
    create_table.check_index(analyzer, relation, tree)
    fitting_indexes.check_unique_index(analyzer, relation, tree)


def check_policy_expressions(analyzer: HistoryAnalyzer, tree: Node, relation: HistoryRelation | None) -> None:
    """Check the expressions of a policy."""
    unknown_item = FromItem(tree.table.relname, {}, complete=False, schema=tree.table.schemaname)
    item = build_from_item(relation) if relation is not None else unknown_item
    for expression in (tree.qual, tree.with_check):
        analyzer.context = POLICY_CONTEXT
        analyze_condition(analyzer, expression, Scope([item]), "POLICY")
        analyzer.context = None


def create_policy(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check a new policy, and that its name is free."""
    relation = analyzer.resolve_relation(tree.table)
    if not relation_kinds.check_accepted(analyzer, relation, "CREATE POLICY"):
        return
    if relation is not None:
        existing = relation.policies.get(tree.policy_name)
        if (
            existing is not None
            and existing.created_at is not None
            and step.guard is Guard.NONE
            and "policies" not in relation.unknown_kinds
        ):
            message = f'policy "{tree.policy_name}" for table "{relation}" already exists'
            analyzer.report(
                "duplicate-name", message, "Run DROP POLICY IF EXISTS first.", -1, tree.policy_name
            )
    _check_clauses(analyzer, tree, tree.cmd_name)
    check_policy_expressions(analyzer, tree, relation)


def alter_policy(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that a policy exists, and check its new expressions."""
    relation = analyzer.resolve_relation(tree.table)
    if relation is not None:
        check_part_exists(analyzer, relation, "policy", tree.policy_name)
        if step.guard is Guard.NONE and "policies" not in relation.unknown_kinds:
            policy = relation.policies.get(tree.policy_name)
            is_known = policy is not None and policy.created_at is not None
            _check_clauses(analyzer, tree, policy.command if policy is not None and is_known else "")
    check_policy_expressions(analyzer, tree, relation)


def _check_clauses(analyzer: HistoryAnalyzer, tree: Node, command: str) -> None:
    """Check that a policy takes the clause: which one depends on its command."""
    message = ""
    if command == "insert" and tree.HasField("qual"):
        message = "only WITH CHECK expression allowed for INSERT"
    elif command in {"select", "delete"} and tree.HasField("with_check"):
        message = "WITH CHECK cannot be applied to SELECT or DELETE"
    if message:
        message += f': policy "{tree.policy_name}" is FOR {command.upper()}'
        analyzer.report("misplaced-expression", message, "", -1, tree.policy_name)


_KINDS_OF_PARTS = {"policy": "policies", "rule": "rules"}


def check_part_exists(analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, name: str) -> None:
    """Report a policy, trigger or rule that a relation certainly does not have."""
    parts = parts_by_kind(relation)[kind]
    part_kinds = {"triggers", "more triggers"} if kind == "trigger" else {_KINDS_OF_PARTS[kind]}
    if (
        relation.fully_known
        and not relation.uncertain
        and name not in parts
        and not part_kinds & relation.unknown_kinds
    ):
        near = find_nearest(name, parts)
        message = f'{kind} "{name}" for table "{relation}" does not exist'
        analyzer.report(f"unknown-{kind}", message, f"Did you mean {near}?" if near else "", -1, name)


def create_rule(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the condition and the actions of a rule, and that its name is free."""
    relation = analyzer.resolve_relation(tree.relation)
    if relation is None or not relation_kinds.check_accepted(analyzer, relation, "CREATE RULE"):
        return
    analyze_rule(analyzer, tree, relation.key)
    existing = relation.rules.get(tree.rulename)
    if (
        existing is not None
        and not tree.replace
        and step.guard is Guard.NONE
        and "rules" not in relation.unknown_kinds
    ):
        message = f'rule "{tree.rulename}" for relation "{relation}" already exists'
        analyzer.report("duplicate-name", message, "Use CREATE OR REPLACE RULE.", -1, tree.rulename)


def create_trigger(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the function, columns and condition of a trigger, and that its name is free."""
    relation = analyzer.resolve_relation(tree.relation)
    schema_name, name = qualified_name(tree.funcname)
    overloads = list_functions(analyzer.schema, schema_name, name)
    if not overloads:
        report_unknown_function(analyzer, schema_name, name, (), -1)
    elif all(candidate.returns not in {"trigger", None} for candidate in overloads):
        message = f"function {name} must return type trigger: it returns {format_type(overloads[0].returns)}"
        analyzer.report("type-mismatch", message, "", -1, name)
    if relation is None or not relation_kinds.check_accepted(analyzer, relation, "CREATE TRIGGER"):
        return
    trigger_forms.check_form(analyzer, relation, tree)
    existing = relation.triggers.get(tree.trigname)
    if (
        existing is not None
        and existing.created_at is not None
        and not tree.replace
        and step.guard is Guard.NONE
        and "triggers" not in relation.unknown_kinds
    ):
        message = f'trigger "{tree.trigname}" for relation "{relation}" already exists'
        analyzer.report("duplicate-name", message, "Use CREATE OR REPLACE TRIGGER.", -1, tree.trigname)
    for column in names(tree.columns):
        check_column_exists(analyzer, relation, column, -1)
    check_trigger_when(
        analyzer, build_from_item(relation), tree.when_clause, row=tree.row, events=tree.events
    )


def check_trigger_when(
    analyzer: HistoryAnalyzer, item: FromItem, expression: Node, *, row: bool, events: int
) -> None:
    """Check the WHEN condition of a trigger, which can reference OLD and NEW only for events with such a row."""
    if not expression.WhichOneof("node"):
        return
    rows = [
        FromItem(
            name,
            item.columns,
            item.complete,
            relation=item.relation,
            row_type=item.row_type,
            qualified_only=True,
        )
        for name in ("old", "new")
    ]
    analyzer.context = TRIGGER_WHEN_CONTEXT
    before = len(analyzer.errors)
    analyze_condition(analyzer, expression, Scope(rows), "WHEN")
    analyzer.context = None
    if len(analyzer.errors) > before:
        return
    for name, event, word in (("old", _INSERT, "INSERT"), ("new", _DELETE, "DELETE")):
        location = _find_row_reference(expression, name)
        if location is not None and (events & event or not row):
            what = f"{word} trigger's WHEN condition" if row else "statement trigger's WHEN condition"
            message = f"{what} cannot reference {name.upper() if row else 'column'} values"
            analyzer.report(
                "misplaced-expression", message, "Create a separate trigger for each event.", location, name
            )


def _find_row_reference(expression: Node, name: str) -> int | None:
    for node in walk(expression):
        if (
            node.DESCRIPTOR.name == "ColumnRef"
            and len(node.fields) > 1
            and node.fields[0].string.sval == name
        ):
            return int(node.location)
    return None
