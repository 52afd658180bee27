"""CREATE INDEX on a table that is in use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import in_use, shown
from schema_dsl.lint.facts.positions import head, words
from schema_dsl.lint.facts.transactions import shares_transaction
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit, Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    index = step.tree
    node = index.relation
    # Nobody is using a table that the same file makes; CONCURRENTLY would only get in a transaction's way.
    if index.concurrent or not in_use(step, node.schemaname, node.relname):
        return
    relation = step.schema.relation(node.schemaname, node.relname)
    partitioned = relation is not None and relation.kind == "partitioned"
    elsewhere = relation is None or relation.made is None
    if not node.inh and (partitioned or elsewhere):
        # ON ONLY is for partitioned tables: there are no rows to read.
        return
    together = shares_transaction(step)
    what = words(step.statement, "index")
    place = head(step.statement)
    yield Hit(
        place.start,
        f"building this index stops writes to {shown(node)} until it is done",
        place.length,
        remedy=_PARTITIONED if partitioned else None,
        edits=(Edit(what.end, what.end, " CONCURRENTLY"),)
        if what and not together and not partitioned
        else (),
    )


_PARTITIONED = (
    "Create it ON ONLY the partitioned table, then CONCURRENTLY on each partition, and attach those: "
    "ALTER INDEX ... ATTACH PARTITION."
)

RULE = Rule(
    name="require-concurrent-index-creation",
    group="locks",
    level=Level.WARNING,
    summary="An index is built on an existing table without CONCURRENTLY.",
    why=(
        "CREATE INDEX takes a SHARE lock: reads go on, but every INSERT, UPDATE and DELETE waits until the whole "
        "table has been read. CONCURRENTLY builds it while writes go on, in two passes. Many versions of the Supabase "
        "CLI send a file as one transaction, and Postgres refuses it there unless it stands alone."
    ),
    remedy="Add CONCURRENTLY, outside a transaction: with the Supabase CLI, in a file of its own.",
    bad=(
        "CREATE INDEX orders_customer_idx ON public.orders (customer_id);",
        "CREATE UNIQUE INDEX ON public.orders (number);",
    ),
    good=(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",
        (
            "CREATE TABLE IF NOT EXISTS public.fresh (id bigint PRIMARY KEY, n bigint);\n"
            "CREATE INDEX IF NOT EXISTS fresh_n_idx ON public.fresh (n);"
        ),
    ),
    kinds=frozenset({"index_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-index-creation", "eugene: E6"),
)
