"""A statement that Postgres refuses in a transaction is after BEGIN, in a DO block, or in a file that runs in one."""

from __future__ import annotations

import itertools

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.transaction_blocks import REFUSED_COMMANDS, find_refused_command
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.transactions import begins_transaction, is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hit, Hits, Level, Rule


def _is_refused(step: HistoryStep) -> bool:
    """Return whether Postgres refuses a statement of a refused kind; for REINDEX and CLUSTER, by the history."""
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
    is_explicit = step.in_block or step.schema.transaction.explicit
    if not (is_explicit or is_run_in_one_transaction(step.source)) or not _is_refused(step):
        return
    if not (is_explicit or _is_in_transaction_of_tool(step)):
        return
    command, _ = REFUSED_COMMANDS[step.kind]
    if is_explicit:
        line, _ = step.source.position(step.outer.start)
        transaction_start = f"the DO block on line {line}" if step.in_block else "BEGIN"
        yield f"{command} fails inside a transaction, and everything since {transaction_start} is rolled back"
        return
    span = find_first_line(step.statement)
    message = f"{command} fails inside a transaction, and the tool that applies this file runs it in one"
    # Files with a timestamp are those of the Supabase CLI, but also of other tools.
    has_timestamp = step.source.name is not None and step.source.name.layout == "timestamped"
    is_certain = begins_transaction(step.source) or not has_timestamp
    yield Hit(span.start, message, span.length, level=None if is_certain else Level.WARNING)


def _is_in_transaction_of_tool(step: HistoryStep) -> bool:
    """Return whether the tool of a file has an open transaction before a statement.

    Without BEGIN, the first statement of a file runs outside of a transaction. A COMMIT ends that of the tool.
    """
    source = step.source
    # No tool applies the file of a rollback, rollback_20260131000000_name.sql.
    is_rollback = source.name is not None and source.name.role == "rollback"
    if is_rollback or not is_run_in_one_transaction(source):
        return False
    earlier = list(itertools.takewhile(lambda each: each is not step.statement, source.applied))
    is_open = bool(earlier) or begins_transaction(source)
    return is_open and all(each.kind != "transaction_stmt" for each in earlier)


RULE = Rule(
    group="locks",
    level=Level.ERROR,
    why=(
        "A statement with CONCURRENTLY commits several times, so it cannot be part of a transaction. VACUUM, "
        "CREATE DATABASE and ALTER SYSTEM cannot be rolled back. A DO block always runs in one transaction. Most "
        "migration tools run a file in one."
    ),
    remedy=(
        "Move the statement out of the transaction, or to a separate file that the migration tool runs without one "
        "(in goose: -- +goose NO TRANSACTION)."
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
        """
            -- +goose Up
            CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);
        """,
    ),
    good=(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",
        """
            -- +goose NO TRANSACTION
            -- +goose Up
            CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);
        """,
    ),
    kinds=frozenset(REFUSED_COMMANDS),
    statement=_check,
    known_as=("squawk: ban-concurrent-index-creation-in-transaction",),
)
