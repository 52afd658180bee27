"""DROP INDEX without CONCURRENTLY on an existing table."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.transactions import insert_concurrently
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.grammar import strings, walk
from schema_dsl.parsing.statements import remember


def _drops_invalid_only(step: HistoryStep) -> bool:
    """Return whether a DO block drops the index only if it is invalid: no query uses the index of a failed build."""
    return step.in_block and any(
        start <= step.statement.start < end for start, end in _find_branches(step.outer)
    )


@remember
def _find_branches(block: Statement) -> Sequence[tuple[int, int]]:
    """Return the spans of the statements of a DO block that run only if an index is invalid."""
    body = find_body(block)
    return [
        (child.start, child.end)
        for node in (() if body is None else body.code.nodes)
        if node.keyword == "then" and any(_finds_invalid(part.statement) for part in node.sql)
        for child in node.children
    ]


def _finds_invalid(condition: Statement) -> bool:
    """Return whether a condition contains NOT indisvalid."""
    negations = (
        node
        for node in (walk(condition.tree) if condition.kind else ())
        if node.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[node.boolop] == "NOT_EXPR"
    )
    return any(strings(node.args[0].column_ref.fields)[-1:] == ("indisvalid",) for node in negations)


def _check(step: HistoryStep) -> Hits:
    dropped = effects(step.statement)
    for effect in dropped:
        if effect.identity.kind != "index" or effect.lock is not LockMode.ACCESS_EXCLUSIVE:
            return
        if _drops_invalid_only(step):
            return
        index = effect.locked
        table = find_table_of_index(step, index)
        is_table_known = table != index
        is_missing = effect.guarded and not is_table_known and step.schema.is_absent_relation(*index)
        if is_missing and "indexes" not in step.schema.changed_kinds:
            continue
        if is_table_known and not is_existing_table(step, *table):
            continue
        relation = step.schema.find_relation(*table) if is_table_known else None
        if relation is not None and relation.partition_key:
            # Postgres rejects CONCURRENTLY for an index of a partitioned table.
            continue
        table_name = table[1] if is_table_known else f"the table of {index[1]}"
        yield find_first_line(step.statement).hit(
            f"DROP INDEX blocks reads and writes of {table_name} until all earlier queries on it end",
            # CONCURRENTLY drops one index per statement, and Postgres rejects it with CASCADE.
            edits=() if len(dropped) > 1 or effect.cascade else insert_concurrently(step, "index"),
        )
        return


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "DROP INDEX takes an ACCESS EXCLUSIVE lock on the table of the index. It waits for every running query, and "
        "every later query waits behind it. Many versions of the Supabase CLI send a file as one transaction, where "
        "Postgres rejects CONCURRENTLY unless the statement stands alone."
    ),
    remedy=(
        "Add CONCURRENTLY, one index per statement, outside a transaction. With the Supabase CLI, use a separate "
        "file."
    ),
    bad="DROP INDEX IF EXISTS public.orders_customer_idx;",
    good="DROP INDEX CONCURRENTLY IF EXISTS public.orders_customer_idx;",
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: require-concurrent-index-deletion",),
)
