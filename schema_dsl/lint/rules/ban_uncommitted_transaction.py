"""BEGIN without an end."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.transactions import BEGINS, ENDS
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    left_open: dict[int, HistoryStep] = {}
    for number in sorted(final_state.steps):
        for step in final_state.steps[number]:
            if step.kind != "transaction_stmt":
                continue
            kind = enumeration("TransactionStmtKind")[step.tree.kind]
            if kind in BEGINS:
                left_open.setdefault(step.moment.file, step)
            elif kind in ENDS:
                left_open.pop(step.moment.file, None)
                if step.tree.chain:
                    left_open[step.moment.file] = step
    for step in left_open.values():
        place = head(step.statement)
        yield LocatedHit(
            step, Hit(place.start, "this transaction is never committed: all of it is lost", place.length)
        )


RULE = Rule(
    name="ban-uncommitted-transaction",
    group="script",
    level=Level.ERROR,
    summary="A transaction is begun and neither committed nor rolled back.",
    why="When the session ends, Postgres rolls back what is open: the file ran without an error and did nothing.",
    remedy="Add COMMIT at the end, or remove BEGIN.",
    bad=("BEGIN;\nCREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",),
    good=("BEGIN;\nCREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\nCOMMIT;",),
    final_state=_check,
    known_as=("squawk: ban-uncommitted-transaction",),
)
