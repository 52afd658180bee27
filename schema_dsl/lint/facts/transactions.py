"""Transactions that a statement shares with other statements."""

from __future__ import annotations

from pathlib import PurePath

from schema_dsl.analysis.transaction_blocks import find_refused_command
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import find_words
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.source import Source
from schema_dsl.migrations import NO_TRANSACTION_AT_START, read_flyway_setting

BEGINS = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START"})
ENDS = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"})

# The layouts whose tools send BEGIN.
_BEGINNING = frozenset({"diesel", "drizzle", "flyway"})


def shares_transaction(step: HistoryStep) -> bool:
    """Return whether a statement shares its transaction: by BEGIN, a DO block, or the tool that applies the file."""
    source = step.source
    if step.in_block or step.schema.transaction.explicit or _expects_transaction(source):
        return True
    return is_run_in_one_transaction(source) and (len(source.applied) > 1 or begins_transaction(source))


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
    return source.in_transaction or (len(source.applied) > 1 and is_sent_as_one_message(source))


def begins_transaction(source: Source) -> bool:
    """Return whether the tool of a file sends BEGIN before it. Others send the file as one message or pipeline."""
    sections, layout = source.sections, source.name.layout if source.name is not None else None
    if sections.tool is not None or sections.has_breakpoints or layout in _BEGINNING:
        return True
    # graphile-migrate and Liquibase.
    return layout in {None, "numbered"} and source.in_transaction


def is_sent_as_one_message(source: Source) -> bool:
    """Return whether the tool of a file sends its statements as one message.

    The server runs several statements in one message as one transaction. After a COMMIT among them, it starts another.
    """
    sections, layout = source.sections, source.name.layout if source.name is not None else None
    if sections.tool is not None:
        return sections.tool.name == "dbmate"
    if layout == "diesel":
        return not source.in_transaction
    # The mark of sqlx.
    return layout in {"prisma", "up-down"} or source.text.startswith(NO_TRANSACTION_AT_START)


@cached
def mixes_statements(source: Source) -> bool:
    """Return whether Flyway refuses a file: some statements need a transaction, and others refuse it."""
    if source.name is None or source.name.layout != "flyway" or source.in_transaction or source.has_switch:
        return False
    refused = [find_refused_command(statement) is not None for statement in source.applied]
    return any(refused) and not all(refused) and read_flyway_setting(PurePath(source.path)) is None


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
