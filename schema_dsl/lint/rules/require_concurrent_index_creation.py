"""CREATE INDEX without CONCURRENTLY on an existing table."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import format_relation, is_existing_table
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.transactions import insert_concurrently
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    index = step.tree
    node = index.relation
    # No query uses a table that the same file creates, and CONCURRENTLY does not run in a transaction.
    if index.concurrent or not is_existing_table(step, node.schemaname, node.relname):
        return
    existing = step.schema.find_index(node.schemaname, index.idxname) if index.if_not_exists else None
    if existing is not None and step.schema.certainly_has(existing):
        # Postgres builds no index under a name that exists.
        return
    relation = step.schema.find_relation(node.schemaname, node.relname)
    is_partitioned = relation is not None and bool(relation.partition_key)
    may_be_partitioned = relation is None or relation.created_at is None
    if not node.inh and (is_partitioned or may_be_partitioned):
        # ON ONLY on a partitioned table reads no rows.
        return
    yield find_first_line(step.statement).hit(
        f"CREATE INDEX blocks writes to {format_relation(node)} until the index is built",
        remedy=_PARTITIONED_REMEDY if is_partitioned else None,
        edits=() if is_partitioned else insert_concurrently(step, "index"),
    )


_PARTITIONED_REMEDY = (
    "Create the index ON ONLY the partitioned table, then CONCURRENTLY on each partition, and attach the "
    "partition indexes: ALTER INDEX ... ATTACH PARTITION."
)

RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "CREATE INDEX takes a SHARE lock: reads continue, but every INSERT, UPDATE and DELETE waits until Postgres "
        "has built the index. CONCURRENTLY builds the index in two passes and does not block writes. Many versions "
        "of the Supabase CLI send a file as one transaction, where Postgres rejects CONCURRENTLY unless the "
        "statement stands alone."
    ),
    remedy="Add CONCURRENTLY, outside a transaction. With the Supabase CLI, use a separate file.",
    bad=(
        "CREATE INDEX orders_customer_idx ON public.orders (customer_id);",
        "CREATE UNIQUE INDEX ON public.orders (number);",
    ),
    good=(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",
        """
            CREATE TABLE IF NOT EXISTS public.fresh (id bigint PRIMARY KEY, n bigint);
            CREATE INDEX IF NOT EXISTS fresh_n_idx ON public.fresh (n);
        """,
    ),
    kinds=frozenset({"index_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: require-concurrent-index-creation", "eugene: E6"),
)
