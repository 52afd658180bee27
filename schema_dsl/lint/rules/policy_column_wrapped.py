"""A policy casts or transforms the owner column instead of the caller's id."""

from __future__ import annotations

from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import Comparison, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule

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
    kind = comparison.other.WhichOneof("node")
    if comparison.selects:
        return ""
    if kind == "type_cast":
        inner = comparison.other.type_cast.arg
    elif kind == "func_call" and len(comparison.other.func_call.args) == 1:
        inner = comparison.other.func_call.args[0]
    else:
        return ""
    name = clause.find_table_column(inner.column_ref) if inner.WhichOneof("node") == "column_ref" else ""
    column = clause.relation.columns.get(name)
    if kind == "type_cast" and column is not None:
        target = resolve_type_name(clause.schema, comparison.other.type_cast.type_name)
        has_no_effect = column.type is None or column.type == target or {column.type, target} <= _TEXT_TYPES
        return "" if has_no_effect else name
    return name


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
    ),
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    policy=_check,
)
