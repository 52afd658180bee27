"""A statement that Postgres refuses inside a transaction is between BEGIN and COMMIT, or in a DO block."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.transaction_blocks import REFUSED_COMMANDS, find_refused_command
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _is_refused(step: HistoryStep) -> bool:
    """Return whether Postgres refuses a statement of a refused kind; of REINDEX and CLUSTER, the history tells."""
    if find_refused_command(step.statement) is not None:
        return True
    if step.kind == "cluster_stmt":
        return _is_partitioned(step, step.tree.relation.schemaname, step.tree.relation.relname)
    if step.kind != "reindex_stmt":
        return False
    rebuilt = effects(step.statement)[0]
    of_index = rebuilt.identity.kind == "index"
    return _is_partitioned(step, *(find_table_of_index(step, rebuilt.locked) if of_index else rebuilt.locked))


def _is_partitioned(step: HistoryStep, schema: str, name: str) -> bool:
    relation = step.schema.find_relation(schema, name)
    return relation is not None and bool(relation.partition_key)


def _check(step: HistoryStep) -> Hits:
    if not (step.in_block or step.schema.transaction.explicit):
        return
    if not _is_refused(step):
        return
    command, _ = REFUSED_COMMANDS[step.kind]
    line, _ = step.source.position(step.outer.start)
    transaction_start = f"the DO block on line {line}" if step.in_block else "BEGIN"
    yield f"{command} fails inside a transaction, and everything since {transaction_start} is rolled back"


RULE = Rule(
    group="locks",
    level=Level.ERROR,
    why=(
        "A statement with CONCURRENTLY commits several times, so it cannot be part of a transaction. VACUUM, "
        "CREATE DATABASE and ALTER SYSTEM cannot be rolled back. A DO block always runs in one transaction."
    ),
    remedy=(
        "Move the statement out of the transaction, or to a separate file if the migration tool wraps each file in "
        "a transaction."
    ),
    bad=(
        """
            BEGIN;
            CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);
            COMMIT;
        """,
        """
            DO $$
            BEGIN
              DROP INDEX CONCURRENTLY IF EXISTS public.orders_customer_idx;
            END
            $$;
        """,
        """
            BEGIN;
            VACUUM (ANALYZE) public.orders;
            COMMIT;
        """,
    ),
    good="CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",
    kinds=frozenset(REFUSED_COMMANDS),
    statement=_check,
    known_as=("squawk: ban-concurrent-index-creation-in-transaction",),
)
