"""Analyze rewrite rules."""

from __future__ import annotations

import attrs

from schema_dsl.analysis import dml, queries
from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.references import build_scope
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import QUERY_KINDS, Node

# The rows that a rule for one event has.
_ROWS = {"CMD_INSERT": ("new",), "CMD_DELETE": ("old",)}


def analyze_rule(analyzer: Analyzer, tree: Node, relation: QualifiedKey) -> None:
    """Analyze the condition and the actions of a rule, in which OLD and NEW are rows of a relation."""
    scope = build_scope(analyzer.schema, relation, None, is_trigger_condition=True)
    if tree.HasField("where_clause"):
        # The condition, unlike the actions, may name a column alone.
        named = _ROWS.get(enumeration("CmdType")[tree.event], ("old", "new"))
        rows = [attrs.evolve(item, qualified_only=item.alias not in named) for item in scope.items]
        analyze_expression(analyzer, tree.where_clause, Scope(rows))
    for action in tree.actions:
        kind = action.WhichOneof("node")
        if kind == "select_stmt":
            queries.analyze_select(analyzer, action.select_stmt, scope)
        elif kind in QUERY_KINDS:
            dml.analyze_modification(analyzer, kind, getattr(action, kind), scope)
