"""Whether a statement shares a transaction with others."""

from __future__ import annotations

import re
from pathlib import PurePath

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.source import Source

BEGINS = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START"})
ENDS = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"})
# As the Supabase CLI, dbmate and goose name files.
_STAMPED = re.compile(r"\d{14}_")
# How goose, dbmate and sql-migrate are told to commit each statement.
_APART = re.compile(
    r"^[ \t]*--[ \t]*(?:\+goose[ \t]+no[ \t]+transaction|migrate:up[ \t]+transaction:false"
    r"|\+migrate[ \t]+up[ \t]+notransaction)\b",
    re.IGNORECASE | re.MULTILINE,
)


def shares_transaction(step: HistoryStep) -> bool:
    """Say whether others run in a statement's transaction: by BEGIN, in a DO block, or by who runs the file."""
    if step.in_block or step.schema.transaction.explicit or _is_wrapped(step.source):
        return True
    return is_run_as_one(step.source) and len(step.source.applied) > 1


@cached
def is_run_as_one(source: Source) -> bool:
    """Say whether a file is named as by tools that run it in one transaction, or in a pipeline, which is one too.

    What refuses transactions may be the first of a pipeline, so that it can be alone in a file.
    """
    return _STAMPED.match(PurePath(source.path).name) is not None and not _APART.search(source.text)


@cached
def _is_wrapped(source: Source) -> bool:
    """Say whether a file counts on being run in a transaction: without one, SET LOCAL and LOCK do nothing."""
    begun = False
    for statement in source.applied:
        if statement.kind == "transaction_stmt":
            kind = enumeration("TransactionStmtKind")[statement.tree.kind]
            begun = kind in BEGINS or (begun and kind not in ENDS)
        elif not begun and (
            statement.kind == "lock_stmt"
            or (statement.kind == "variable_set_stmt" and statement.tree.is_local)
        ):
            return True
    return False
