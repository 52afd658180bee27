"""A policy casts or transforms the owner column instead of the caller's id."""

from __future__ import annotations

from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import Comparison, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node

_TEXT_TYPES = frozenset({"text", "varchar"})


def _check(policy: PolicyDefinition) -> LocatedHits:
    clause = policy.using
    if clause is None:
        return
    for comparison in find_comparisons(clause):
        name = _find_wrapped_column(clause, comparison)
        has_expression_index = any("" in index.columns for index in policy.relation.indexes.values())
        if name and comparison.operator == "=" and not has_expression_index:
            yield policy.build_hit(
                f"{name} is cast or transformed before the comparison, so Postgres cannot use an index on {name}",
                clause,
                comparison.node.location,
                length=1,
            )


def _find_wrapped_column(clause: PolicyClause, comparison: Comparison) -> str:
    """Return the column that a cast or function wraps, or "" if there is none or the cast has no effect."""
    if comparison.selects:
        return ""
    inner = comparison.other
    while (argument := _unwrap(inner)) is not None:
        inner = argument
    name = clause.find_table_column(inner.column_ref) if inner.WhichOneof("node") == "column_ref" else ""
    column = clause.relation.columns.get(name)
    if inner is comparison.other or not name:
        return ""
    if comparison.other.WhichOneof("node") == "type_cast" and column is not None:
        target = resolve_type_name(clause.schema, comparison.other.type_cast.type_name)
        has_no_effect = column.type is None or column.type == target or {column.type, target} <= _TEXT_TYPES
        return "" if has_no_effect else name
    return name


def _unwrap(node: Node) -> Node | None:
    """Return the operand of a cast or of a function with one argument; None for another expression."""
    if node.WhichOneof("node") == "type_cast":
        return node.type_cast.arg
    if node.WhichOneof("node") == "func_call" and len(node.func_call.args) == 1:
        return node.func_call.args[0]
    return None


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "An index on user_id contains user_id, not user_id::text, so Postgres cannot use it for a comparison with "
        "user_id::text. A cast of the caller's id costs one evaluation per query."
    ),
    remedy=(
        "Cast the other side: user_id = (SELECT auth.uid()), or user_id = (SELECT auth.uid()::text) for a text "
        "column."
    ),
    bad=(
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING (user_id::text = (SELECT auth.uid()::text));
        """,
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING (lower(owner_code) = (SELECT auth.jwt() ->> 'code'));
        """,
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING (lower(user_id::text) = (SELECT auth.uid()::text));
        """,
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    policy=_check,
)
