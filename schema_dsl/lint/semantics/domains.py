"""Check CREATE and ALTER DOMAIN, and NULL as a value of a domain."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import node_definition, qualified_name, type_modifiers
from schema_dsl.lint.facts.folding import fold_row_condition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistorySchema, UserType
from schema_dsl.lint.semantics import collations, create_table, new_types, refused_values
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node


def create_domain(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the constraints and the default of a new domain."""
    new_types.check_name(analyzer, step, *qualified_name(tree.domainname))
    base = analyzer.resolve_type(tree.type_name)
    collations.check_clause(analyzer, tree, base)
    for wrapped in tree.constraints:
        kind = constraint_kind(wrapped.constraint.contype)
        if kind in {"check", "default"}:
            _check_expression(analyzer, base, kind, wrapped.constraint.raw_expr)
    refused_values.check_domain(analyzer, base, type_modifiers(tree.type_name), tree)


def alter_domain(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the constraint or default of an ALTER DOMAIN."""
    named = qualified_name(tree.type_name)
    domain = analyzer.history.find_domain(*named)
    if domain is None:
        if analyzer.history.find_type_name(*named) is None:
            analyzer.report_unknown_type(*named, -1)
        return
    definition = node_definition(tree) if tree.HasField("def") else None
    if tree.subtype == "T" and definition is not None:
        _check_expression(analyzer, domain.base, "default", definition)
    elif tree.subtype == "C" and definition is not None:
        constraint = definition.constraint
        if constraint_kind(constraint.contype) == "check":
            _check_expression(analyzer, domain.base, "check", constraint.raw_expr)
        if step.guard is Guard.NONE and _are_parts_known(domain):
            _check_new_name(analyzer, domain, constraint.conname)
    elif tree.subtype in {"X", "V"} and not tree.missing_ok:
        check_constraint_exists(analyzer, *named, tree.name)


def _check_expression(analyzer: HistoryAnalyzer, base: str | None, kind: str, node: Node) -> None:
    if kind == "check":
        create_table.check_check_expression(analyzer, node, Scope(variables={"value": base}))
    else:
        analyzer.coerce_constant(analyze_expression(analyzer, node, Scope()), base, -1)


def _check_new_name(analyzer: HistoryAnalyzer, domain: UserType, name: str) -> None:
    if name and name in {*domain.checks, domain.not_null}:
        message = f'constraint "{name}" for domain "{domain.name}" already exists'
        analyzer.report("duplicate-name", message, "", -1, name)


def check_constraint_exists(analyzer: HistoryAnalyzer, schema_name: str, domain_name: str, name: str) -> None:
    """Report a constraint that a domain certainly does not have."""
    domain = analyzer.history.find_domain(schema_name, domain_name)
    if domain is None or not _are_parts_known(domain):
        return
    existing = {*domain.checks, domain.not_null}
    if name not in existing:
        near = find_nearest(name, existing)
        message = f'constraint "{name}" of domain "{domain.name}" does not exist'
        analyzer.report("unknown-constraint", message, f"Did you mean {near}?" if near else "", -1, name)


def _are_parts_known(domain: UserType) -> bool:
    return domain.created_at is not None and domain.is_certain


def find_domain_default(schema: HistorySchema, type_name: str | None) -> Node | None:
    """Return the default that a type gives to a column without one."""
    while type_name is not None:
        domain = schema.find_user_type(type_name)
        if domain is None or domain.kind != "domain" or domain.default is not None:
            return None if domain is None else domain.default
        type_name = domain.base
    return None


def find_refusal_of_null(schema: HistorySchema, type_name: str | None) -> str:
    """Return why a type certainly does not accept NULL; "" if it does, or may."""
    while type_name is not None:
        domain = schema.find_user_type(type_name)
        if domain is None or domain.kind != "domain" or not domain.is_certain:
            break
        if domain.not_null:
            return f"domain {domain.name} does not allow null values"
        for name, condition in domain.checks.items():
            if fold_row_condition(condition, {"value": None}) is False:
                return f'value for domain {domain.name} violates check constraint "{name}"'
        type_name = domain.base
    return ""
