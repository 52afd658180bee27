"""LOCK TABLE or DECLARE CURSOR outside a transaction block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schema_dsl.lint.facts.transactions import is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_CURSOR_OPT_HOLD: Final = 0x20
# By statement kind: the name of the refused command, and whether a statement is that command.
_REFUSED: Final[dict[str, tuple[str, Callable[[HistoryStep], bool]]]] = {
    "lock_stmt": ("LOCK TABLE", lambda _: True),
    "declare_cursor_stmt": (
        "DECLARE CURSOR without WITH HOLD",
        lambda step: not step.tree.options & _CURSOR_OPT_HOLD,
    ),
}


def _check(step: HistoryStep) -> Hits:
    command, is_refused = _REFUSED[step.kind]
    in_transaction = (
        step.in_block or step.schema.transaction.explicit or is_run_in_one_transaction(step.source)
    )
    if is_refused(step) and not in_transaction:
        yield f"{command} can only be used in transaction blocks"


RULE = Rule(
    group="script",
    level=Level.ERROR,
    why="Postgres refuses the statement: outside a transaction block, the lock or the cursor would end at once.",
    remedy="Write BEGIN before the statement and COMMIT after those that need it.",
    bad=("LOCK TABLE public.orders IN SHARE MODE;", "DECLARE c CURSOR FOR SELECT 1;"),
    good=(
        """
            SET lock_timeout = '5s';
            BEGIN;
            LOCK TABLE public.orders IN SHARE ROW EXCLUSIVE MODE;
            DECLARE c CURSOR FOR SELECT 1;
            COMMIT;
        """,
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1;",
    ),
    kinds=frozenset(_REFUSED),
    statement=_check,
)
