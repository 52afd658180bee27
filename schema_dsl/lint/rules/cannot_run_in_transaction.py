"""A statement that Postgres refuses in a transaction is after BEGIN, in a DO block, or in a file that runs in one."""

from __future__ import annotations

import itertools
from typing import Final

from schema_dsl.analysis.bodies import read_body
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.transaction_blocks import REFUSED_COMMANDS, find_refused_command
from schema_dsl.lint.facts.bodies import find_routine_of_call
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.facts.positions import TextSpan, find_first_line
from schema_dsl.lint.facts.transactions import (
    begins_transaction,
    is_run_in_one_transaction,
    is_sent_as_one_message,
    mixes_statements,
)
from schema_dsl.lint.rule import HistoryStep, Hit, Hits, Level, Rule


def _find_command(step: HistoryStep) -> str:
    """Return the command of a statement that Postgres refuses in a transaction; "" if there is none.

    The history shows whether REINDEX and CLUSTER are about a partitioned table, and whether a procedure has COMMIT.
    """
    command, _ = REFUSED_COMMANDS.get(step.kind, (_CALL, None))
    if find_refused_command(step.statement) is not None:
        return command
    if step.kind == "call_stmt":
        procedure = find_routine_of_call(step.schema, step.tree.funccall)
        body = None if procedure is None else procedure.body
        return (
            command if body is not None and any(each.keyword == "commit" for each in body.code.nodes) else ""
        )
    if step.kind == "cluster_stmt":
        table = step.tree.relation.schemaname, step.tree.relation.relname
    elif step.kind == "reindex_stmt":
        rebuilt = effects(step.statement)[0]
        of_index = rebuilt.identity.kind == "index"
        table = find_table_of_index(step, rebuilt.locked) if of_index else rebuilt.locked
    else:
        return ""
    relation = step.schema.find_relation(*table)
    return command if relation is not None and relation.partition_key else ""


def _check(step: HistoryStep) -> Hits:
    if step.kind == "do_stmt":
        yield from _check_handlers(step)
    source = step.source
    # A procedure that a DO block calls may commit, unless the block is in a transaction.
    in_block = step.in_block and step.kind != "call_stmt"
    is_explicit = in_block or step.schema.transaction.explicit
    if not (is_explicit or is_run_in_one_transaction(source) or mixes_statements(source)):
        return
    command = _find_command(step)
    if not command:
        return
    span = find_first_line(step.statement)
    if is_explicit:
        line, _ = source.position(step.outer.start)
        transaction_start = f"the DO block on line {line}" if in_block else "BEGIN"
        yield f"{command} fails inside a transaction, and everything since {transaction_start} is rolled back"
    elif mixes_statements(source):
        message = f"Flyway refuses a file with {command} and a statement that can run in a transaction"
        yield Hit(span.start, message, span.length, _FLYWAY_REMEDY, level=Level.WARNING)
    elif is_sent_as_one_message(source) and len(source.applied) > 1:
        message = f"{command} fails: the tool sends this file as one message, which is one transaction"
        yield span.hit(message, _MESSAGE_REMEDY)
    elif _is_in_transaction_of_tool(step):
        message = f"{command} fails inside a transaction, and the tool that applies this file runs it in one"
        # Files with a timestamp are those of the Supabase CLI, but also of other tools.
        has_timestamp = source.name is not None and source.name.layout == "timestamped"
        is_certain = begins_transaction(source) or not has_timestamp
        yield Hit(span.start, message, span.length, level=None if is_certain else Level.WARNING)


def _is_in_transaction_of_tool(step: HistoryStep) -> bool:
    """Return whether the tool of a file has an open transaction before a statement.

    Without BEGIN, the first statement of a file runs outside of a transaction. A COMMIT ends that of the tool.
    """
    source = step.source
    # No tool applies the file of a rollback, rollback_20260131000000_name.sql.
    if source.name is not None and source.name.role == "rollback":
        return False
    earlier = list(itertools.takewhile(lambda each: each is not step.outer, source.applied))
    is_open = bool(earlier) or begins_transaction(source)
    return is_open and all(each.kind != "transaction_stmt" for each in earlier)


def _check_handlers(step: HistoryStep) -> Hits:
    """Yield a hit for each COMMIT in a block with EXCEPTION, but not in the handler."""
    body = read_body(step.statement)
    for block in body.code.nodes if body is not None else ():
        if block.keyword == "block" and any(part.keyword == "exception" for part in block.children):
            guarded = next(part for part in block.children if part.keyword == "begin")
            for node in guarded.walk():
                if node.keyword == "commit":
                    message = "COMMIT fails in a block with EXCEPTION, because the block is a subtransaction"
                    yield TextSpan(node.start, node.end).hit(
                        message, "Move the COMMIT behind the END of the block."
                    )


_CALL: Final = "CALL of a procedure with COMMIT"
_MESSAGE_REMEDY: Final = "Move the statement to a file of its own, which the tool runs without a transaction."
_FLYWAY_REMEDY: Final = (
    "Move the statement to a file of its own, or write executeInTransaction=false into the file NAME.sql.conf beside "
    "this one. The setting mixed=true of Flyway also permits both."
)

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
        """
            DO $$
            BEGIN
                UPDATE public.orders SET total = 0 WHERE id = 7;
                COMMIT;
            EXCEPTION
                WHEN lock_not_available THEN RAISE NOTICE 'try again later';
            END
            $$;
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
    kinds=frozenset({*REFUSED_COMMANDS, "call_stmt"}),
    statement=_check,
    known_as=("squawk: ban-concurrent-index-creation-in-transaction",),
)
