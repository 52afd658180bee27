"""The values of the conditions of policies, checks and domains that are known without reading rows."""

from __future__ import annotations

from collections.abc import Mapping

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.callers import ANY_CALLER, CallerIdentity
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.expression_folding import Fold
from schema_dsl.lint.facts.values import FoldedValue, to_boolean
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.parsing import Node


def fold_expression(
    node: Node,
    relation: HistoryRelation | None,
    caller: CallerIdentity = ANY_CALLER,
    schema: HistorySchema | None = None,
) -> FoldedValue:
    """Return the value of an expression in a policy for a caller.

    Args:
        node: The expression.
        relation: The table of the policy.
        caller: The caller.
        schema: If given, calls of user-defined functions that only return an expression are replaced by the
            expression.
    """
    return Fold(relation, caller, schema).value(node)


def is_always_true(node: Node, relation: HistoryRelation | None, schema: HistorySchema) -> bool:
    """Return whether a condition is true for every possible row."""
    return fold_expression(node, relation, schema=schema) is True


def fold_row_condition(node: Node, values: Mapping[str, FoldedValue]) -> FoldedValue:
    """Return the value of a condition on one row.

    Args:
        node: The condition.
        values: The known values of the row, by column.
    """
    return to_boolean(Fold(None, ANY_CALLER, values=values).value(node))


# Several rules fold the same clause.
@cached
def _values_by_caller(_: PolicyClause) -> dict[CallerIdentity, FoldedValue]:
    """Return the values of a condition that are known so far."""
    return {}


def fold_condition(clause: PolicyClause, caller: CallerIdentity = ANY_CALLER) -> FoldedValue:
    """Return the value of a policy's condition for a caller."""
    values = _values_by_caller(clause)
    if caller not in values:
        values[caller] = fold_expression(clause.tree, clause.relation, caller, clause.schema)
    return values[caller]


def allows_every_row(clause: PolicyClause, caller: CallerIdentity = ANY_CALLER) -> bool:
    """Return whether a policy's condition is true for every possible row."""
    return fold_condition(clause, caller) is True
