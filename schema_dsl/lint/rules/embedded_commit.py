"""Transaction control in a migration that something else wraps."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule

_CONTROL = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START", "TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"})
_TOLD: Memory[set[int]] = Memory(set)


def _check(step: HistoryStep) -> Iterable[Hit]:
    told = _TOLD.of(step.schema)
    if enumeration("TransactionStmtKind")[step.tree.kind] in _CONTROL and step.moment.file not in told:
        told.add(step.moment.file)
        place = head(step.statement)
        yield Hit(
            place.start, "this file controls transactions itself: what wraps it loses its own", place.length
        )


RULE = Rule(
    name="embedded-commit",
    group="script",
    level=Level.INFO,
    summary="A migration has BEGIN, COMMIT or ROLLBACK of its own.",
    why=(
        "Most tools run a migration and note that it ran in one transaction. A COMMIT in the file ends it: if the rest "
        "fails, half is applied and nothing is noted. With psql alone, a transaction in the file is fine."
    ),
    remedy="Leave transactions to what runs the file; put into one DO block what has to happen together.",
    bad=("BEGIN;\nCREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\nCOMMIT;",),
    good=("CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",),
    kinds=frozenset({"transaction_stmt"}),
    statement=_check,
    opinion=True,
)
