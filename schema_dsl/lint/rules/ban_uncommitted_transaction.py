"""A transaction is started and neither committed nor rolled back."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.transactions import BEGINS, ENDS
from schema_dsl.lint.rule import FinalState, HistoryStep, Level, LocatedHit, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    open_transactions: dict[int, HistoryStep] = {}
    for step in final_state.find_steps("transaction_stmt"):
        kind = enumeration("TransactionStmtKind")[step.tree.kind]
        if kind in BEGINS:
            open_transactions.setdefault(step.position.file, step)
        elif kind in ENDS:
            open_transactions.pop(step.position.file, None)
            if step.tree.chain:
                open_transactions[step.position.file] = step
    for step in open_transactions.values():
        yield LocatedHit(
            step,
            find_first_line(step.statement).hit(
                "this transaction is never committed: Postgres rolls it back"
            ),
        )


RULE = Rule(
    group="script",
    level=Level.ERROR,
    why=(
        "At the end of the session, Postgres rolls back an open transaction: the file runs without an error and "
        "changes nothing."
    ),
    remedy="Add COMMIT at the end, or remove BEGIN.",
    bad="""
        BEGIN;
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
    """,
    good="""
        BEGIN;
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
        COMMIT;
    """,
    final_state=_check,
    known_as=("squawk: ban-uncommitted-transaction",),
)
