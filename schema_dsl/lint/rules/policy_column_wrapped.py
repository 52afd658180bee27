"""An owner that no index can find."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import Comparison, comparisons
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import type_named
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_TEXTS = frozenset({"text", "varchar"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        clause = written.using
        if clause is None:
            continue
        for found in comparisons(clause):
            name = _hidden(clause, found)
            indexed = any("" in each.columns for each in written.relation.indexes.values())
            if name and found.operator == "=" and not indexed:
                yield written.placed(
                    f"{name} is changed before it is compared, so that no index on {name} helps to find the rows",
                    clause,
                    found.node.location,
                    length=1,
                )


def _hidden(clause: PolicyClause, found: Comparison) -> str:
    """Give the column that stands in a cast or a function; "" if there is none, or the cast changes nothing."""
    kind = found.other.WhichOneof("node")
    if found.selects:
        return ""
    if kind == "type_cast":
        inner = found.other.type_cast.arg
    elif kind == "func_call" and len(found.other.func_call.args) == 1:
        inner = found.other.func_call.args[0]
    else:
        return ""
    name = clause.own_column(inner.column_ref) if inner.WhichOneof("node") == "column_ref" else ""
    column = clause.relation.columns.get(name)
    if kind == "type_cast" and column is not None:
        target = type_named(clause.schema, found.other.type_cast.type_name)
        same = column.type is None or column.type == target or {column.type, target} <= _TEXTS
        return "" if same else name
    return name


RULE = Rule(
    name="policy-column-wrapped",
    group="rls",
    level=Level.INFO,
    summary="A policy casts or changes the owner's column instead of the caller's id.",
    why="An index on user_id holds user_id, not user_id::text. What is compared with it can be cast, once a query.",
    remedy="Change the other side: user_id = (SELECT auth.uid()), or = (SELECT auth.uid()::text).",
    bad=(
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (user_id::text = (SELECT auth.uid()::text));"
        ),
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (lower(owner_code) = (SELECT auth.jwt() ->> 'code'));"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
)
