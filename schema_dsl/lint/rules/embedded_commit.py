"""A migration contains BEGIN, COMMIT or ROLLBACK."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.transactions import BEGINS
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_ENDS = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"})
_REPORTED: HistoryCache[set[int]] = HistoryCache(set)


def _check(step: HistoryStep) -> Hits:
    reported = _REPORTED.get(step.schema)
    kind = enumeration("TransactionStmtKind")[step.tree.kind]
    if (kind in BEGINS or kind in _ENDS) and step.position.file not in reported:
        reported.add(step.position.file)
        ends = "ends the transaction of the tool that applies the file"
        if kind in BEGINS:
            ends = f"starts no transaction inside that of the tool, and the next COMMIT or ROLLBACK {ends}"
        word = kind.removeprefix("TRANS_STMT_").replace("START", "START TRANSACTION")
        yield f"{word} {ends}"


RULE = Rule(
    group="script",
    level=Level.INFO,
    why=(
        "Most tools apply a migration and record it in one transaction. A COMMIT in the file ends this "
        "transaction: if a later statement fails, half of the migration is applied and nothing is recorded. With "
        "psql alone, transaction control in the file is fine."
    ),
    remedy=(
        "Leave transactions to the tool that applies the file. Put statements that belong together into one DO "
        "block."
    ),
    bad="""
        BEGIN;
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
        COMMIT;
    """,
    good="CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",
    kinds=frozenset({"transaction_stmt"}),
    statement=_check,
    opinion=True,
)
