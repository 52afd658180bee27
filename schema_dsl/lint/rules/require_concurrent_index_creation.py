"""CREATE INDEX on a table that is in use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.rule import Edit, Hit, Rule


def _check(step: Step) -> Iterable[Hit]:
    index = step.tree
    if index.concurrent:
        return
    relation = step.schema.relation(index.relation.schemaname, index.relation.relname)
    # Nobody is using a table that the same file makes; CONCURRENTLY would only get in a transaction's way.
    if relation is not None and (step.new_in_file(relation.made) or relation.temporary):
        return
    name = index.relation.relname
    statement = step.statement
    at = statement.text.upper().find("INDEX")
    after = statement.start + at + len("INDEX")
    fixable = not step.schema.transaction.explicit and not step.in_block and at > 0
    yield Hit(
        statement.start,
        f"building this index stops writes to {name} until it is done",
        length=len(statement.text.splitlines()[0]),
        edits=(Edit(after, after, " CONCURRENTLY"),) if fixable else (),
    )


RULE = Rule(
    name="require-concurrent-index-creation",
    group="locks",
    level=Level.WARNING,
    summary="An index is built on an existing table without CONCURRENTLY.",
    why=(
        "CREATE INDEX takes a SHARE lock: reads go on, but every INSERT, UPDATE and DELETE waits until the whole "
        "table has been read. CONCURRENTLY builds it while writes go on, in two passes."
    ),
    remedy="Add CONCURRENTLY, outside a transaction.",
    bad=("CREATE INDEX orders_customer_idx ON public.orders (customer_id);",),
    good=(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",
        "CREATE TABLE IF NOT EXISTS public.fresh (id bigint PRIMARY KEY, n bigint);\n"
        "CREATE INDEX IF NOT EXISTS fresh_n_idx ON public.fresh (n);",
    ),
    kinds=frozenset({"index_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-index-creation", "eugene: E6"),
)
