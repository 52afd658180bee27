"""Transactions that a statement shares with other statements."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import find_words
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.source import Source

BEGINS = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START"})
ENDS = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"})

# The layouts whose tools send BEGIN.
_BEGINNING = frozenset({"diesel", "drizzle", "flyway"})


def shares_transaction(step: HistoryStep) -> bool:
    """Return whether a statement shares its transaction: by BEGIN, a DO block, or the tool that applies the file."""
    if step.in_block or step.schema.transaction.explicit or _expects_transaction(step.source):
        return True
    return is_run_in_one_transaction(step.source) and len(step.source.applied) > 1


def insert_concurrently(step: HistoryStep, word: str) -> tuple[Edit, ...]:
    """Return the edit that inserts CONCURRENTLY after a word of a statement, unless it shares its transaction."""
    keyword = find_words(step.statement, word)
    if keyword is None or shares_transaction(step):
        return ()
    return (Edit(keyword.end, keyword.end, " CONCURRENTLY"),)


def is_run_in_one_transaction(source: Source) -> bool:
    """Return whether the tool of a file runs it in one transaction or one pipeline.

    A pipeline is a transaction too, except that its first statement may be one that refuses transactions. Such a
    statement works alone in a file.
    """
    return source.in_transaction


def begins_transaction(source: Source) -> bool:
    """Return whether the tool of a file sends BEGIN before it. Others send the file as one message or pipeline."""
    sections, layout = source.sections, source.name.layout if source.name is not None else None
    return sections.tool is not None or sections.has_breakpoints or layout in _BEGINNING


@cached
def _expects_transaction(source: Source) -> bool:
    """Return whether a file expects a transaction around it: SET LOCAL and LOCK have no effect without one."""
    in_transaction = False
    for statement in source.applied:
        if statement.kind == "transaction_stmt":
            kind = enumeration("TransactionStmtKind")[statement.tree.kind]
            in_transaction = kind in BEGINS or (in_transaction and kind not in ENDS)
        elif not in_transaction and (
            statement.kind == "lock_stmt"
            or (statement.kind == "variable_set_stmt" and statement.tree.is_local)
        ):
            return True
    return False
