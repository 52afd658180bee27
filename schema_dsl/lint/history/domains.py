"""The constraints and the default of a domain."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import node_definition, qualified_name
from schema_dsl.lint.history.schema import HistoryPosition, HistorySchema, UserType
from schema_dsl.parsing import Node


def add_domain_part(domain: UserType, node: Node) -> None:
    """Add a CHECK, NOT NULL or DEFAULT to a domain."""
    kind = constraint_kind(node.contype)
    if kind == "default":
        domain.default = node.raw_expr
    elif kind == "not_null":
        # Postgres ignores a second NOT NULL.
        domain.not_null = domain.not_null or node.conname or f"{domain.name}_not_null"
    elif kind == "check":
        name = node.conname or f"{domain.name}_check"
        number = 0
        while name in domain.checks:
            number += 1
            name = f"{domain.name}_check{number}"
        domain.checks[name] = node.raw_expr


def alter_domain(schema: HistorySchema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Apply an ALTER DOMAIN; unless the statement runs for `certain`, the domain becomes uncertain."""
    domain = schema.find_domain(*qualified_name(tree.type_name))
    if domain is None:
        return
    domain.uncertain = domain.uncertain or not certain
    domain.constrained = domain.constrained or tree.subtype in {"C", "O"}
    if tree.subtype == "C":
        add_domain_part(domain, node_definition(tree).constraint)
    elif tree.subtype == "O":
        domain.not_null = domain.not_null or f"{domain.name}_not_null"
    elif tree.subtype == "T":
        domain.default = node_definition(tree) if tree.HasField("def") else None
    elif tree.subtype == "N" or (tree.subtype == "X" and tree.name == domain.not_null):
        domain.not_null = ""
    elif tree.subtype == "X":
        domain.checks.pop(tree.name, None)


def rename_domain_constraint(domain: UserType | None, old: str, new: str) -> None:
    """Rename a constraint of a domain."""
    if domain is not None and domain.not_null == old:
        domain.not_null = new
    elif domain is not None and old in domain.checks:
        domain.checks[new] = domain.checks.pop(old)
