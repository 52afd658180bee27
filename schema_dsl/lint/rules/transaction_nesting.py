"""BEGIN or PREPARE inside a transaction, COMMIT or ROLLBACK outside one, or an unknown savepoint."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.transactions import BEGINS, ENDS, is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.lint.source import Source

_SAVEPOINT_ENDS = frozenset({"TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"})
_SAVEPOINT_KINDS = frozenset({"TRANS_STMT_SAVEPOINT", *_SAVEPOINT_ENDS})


def _check(step: HistoryStep) -> Hits:
    kind = enumeration("TransactionStmtKind")[step.tree.kind]
    transaction = step.schema.transaction
    if kind in BEGINS and transaction.explicit:
        message = "a transaction is already open: this BEGIN has no effect, and the next COMMIT ends that transaction"
    elif kind == "TRANS_STMT_PREPARE" and not transaction.explicit and is_run_in_one_transaction(step.source):
        message = (
            "this takes the transaction away from the tool that applies the file: its changes are not committed, "
            "and its locks stay until COMMIT PREPARED"
        )
    elif is_run_in_one_transaction(step.source):
        # The statement ends the transaction of the tool.
        return
    elif kind in ENDS and not transaction.explicit and not _has_chain(step.source):
        message = (
            "no transaction is open: this has no effect, and the statements before it are already committed"
        )
    elif kind in _SAVEPOINT_KINDS and not transaction.explicit and not _has_chain(step.source):
        message = "no transaction is open: Postgres rejects a savepoint here"
    elif kind in _SAVEPOINT_ENDS and transaction.find_savepoint(step.tree.savepoint_name) is None:
        message = f'savepoint "{step.tree.savepoint_name}" does not exist'
    else:
        return
    yield message


@cached
def _has_chain(source: Source) -> bool:
    """Return whether the file has a COMMIT AND CHAIN, which begins another transaction."""
    return any(statement.kind == "transaction_stmt" and statement.tree.chain for statement in source.applied)


RULE = Rule(
    group="script",
    level=Level.WARNING,
    why=(
        "Transactions do not nest. Postgres only warns and continues, so statements that belong together are "
        "committed in parts."
    ),
    remedy=(
        "Remove the extra BEGIN and its COMMIT, or add the missing BEGIN. Use SAVEPOINT for a part that may fail."
    ),
    bad=(
        """
            BEGIN;
            BEGIN;
            SELECT 1;
            COMMIT;
        """,
        """
            SELECT 1;
            COMMIT;
        """,
        "SAVEPOINT here;",
        "BEGIN; SAVEPOINT here; RELEASE here; ROLLBACK TO here; COMMIT;",
        """
            -- +goose Up
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
            PREPARE TRANSACTION 'tags';
        """,
    ),
    good="""
        BEGIN;
        SAVEPOINT here;
        SELECT 1;
        ROLLBACK TO here;
        COMMIT;
    """,
    kinds=frozenset({"transaction_stmt"}),
    statement=_check,
    known_as=("squawk: transaction-nesting",),
)
