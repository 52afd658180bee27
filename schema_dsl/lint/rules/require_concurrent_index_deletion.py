"""DROP INDEX on a table that is in use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import in_use
from schema_dsl.lint.facts.locks import table_of_index
from schema_dsl.lint.facts.positions import head, words
from schema_dsl.lint.facts.transactions import shares_transaction
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.rule import Edit, Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    if tree.concurrent or enumeration("ObjectType")[tree.remove_type] != "OBJECT_INDEX":
        return
    for node in tree.objects:
        index = qualified(node.list.items)
        table = table_of_index(step, index)
        known = table != index
        gone = tree.missing_ok and not known and step.schema.surely_no_relation(*index)
        if gone and "indexes" not in step.schema.doubts:
            continue
        if known and not in_use(step, *table):
            continue
        relation = step.schema.relation(*table) if known else None
        if relation is not None and relation.kind == "partitioned":
            # CONCURRENTLY is not for the index of a partitioned table.
            continue
        of = table[1] if known else f"the table of {index[1]}"
        place = head(step.statement)
        yield Hit(
            place.start,
            f"dropping this index stops reads and writes of {of} until no older query is left",
            place.length,
            edits=_edits(step),
        )
        return


def _edits(step: HistoryStep) -> tuple[Edit, ...]:
    tree = step.tree
    cascade = enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE"
    what = words(step.statement, "index")
    # Postgres drops only one at a time so, and nothing that depends on it.
    if what is None or len(tree.objects) > 1 or cascade or shares_transaction(step):
        return ()
    return (Edit(what.end, what.end, " CONCURRENTLY"),)


RULE = Rule(
    name="require-concurrent-index-deletion",
    group="locks",
    level=Level.WARNING,
    summary="An index is dropped without CONCURRENTLY.",
    why=(
        "DROP INDEX takes an ACCESS EXCLUSIVE lock on the index's table: it waits for every query that is running, "
        "and every query that comes later waits behind it. Many versions of the Supabase CLI send a file as one "
        "transaction, and Postgres refuses CONCURRENTLY there unless it stands alone."
    ),
    remedy="Add CONCURRENTLY, one index at a time, outside a transaction: with the Supabase CLI, in a file of its own.",
    bad=("DROP INDEX IF EXISTS public.orders_customer_idx;",),
    good=("DROP INDEX CONCURRENTLY IF EXISTS public.orders_customer_idx;",),
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-index-deletion",),
)
