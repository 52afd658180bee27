"""BEGIN within a transaction, COMMIT outside of one."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.transactions import BEGINS, ENDS
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.source import Source

_WITHIN = frozenset({"TRANS_STMT_SAVEPOINT", "TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    kind = enumeration("TransactionStmtKind")[step.tree.kind]
    since = step.schema.transaction
    if kind in BEGINS and since.explicit:
        message = "a transaction is open already: this BEGIN does nothing, and the next COMMIT ends both"
    elif kind in ENDS and not since.explicit and not _chains(step.source):
        message = "no transaction is open: this does nothing, and what came before has been committed"
    elif kind in _WITHIN and not since.explicit and not _chains(step.source):
        message = "no transaction is open: a savepoint is refused here"
    else:
        return
    place = head(step.statement)
    yield Hit(place.start, message, place.length)


@cached
def _chains(source: Source) -> bool:
    """Whether a COMMIT AND CHAIN, which begins the next transaction, is in the file."""
    return any(each.kind == "transaction_stmt" and each.tree.chain for each in source.applied)


RULE = Rule(
    name="transaction-nesting",
    group="script",
    level=Level.WARNING,
    summary="BEGIN inside a transaction, or COMMIT or ROLLBACK outside of one.",
    why=(
        "Transactions do not nest. Postgres only warns, and goes on: what was meant to be undone together is "
        "committed in parts."
    ),
    remedy="Have one COMMIT for each BEGIN; use SAVEPOINT for a part that may fail.",
    bad=(
        "BEGIN;\nBEGIN;\nSELECT 1;\nCOMMIT;",
        "SELECT 1;\nCOMMIT;",
        "SAVEPOINT here;",
    ),
    good=("BEGIN;\nSAVEPOINT here;\nSELECT 1;\nROLLBACK TO here;\nCOMMIT;",),
    kinds=frozenset({"transaction_stmt"}),
    statement=_check,
    known_as=("squawk: transaction-nesting",),
)
