"""A statement locks an existing table without lock_timeout."""

from __future__ import annotations

from schema_dsl.lint.facts.locks import LOCKING_KINDS
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_TIMEOUT = Timeout("lock_timeout")


def _check(step: HistoryStep) -> Hits:
    lock = _TIMEOUT.missed_by(step)
    if lock is not None:
        yield find_first_line(step.statement).hit(
            f"without lock_timeout, this may wait for {lock.display_name} forever, and later queries wait behind it",
            # A project that never sets it hears so once.
            topic="" if _TIMEOUT.is_set_before(step) else "never set",
        )


RULE = Rule(
    group="locks",
    level=Level.INFO,
    why=(
        "While a statement waits for its lock behind a long query, every later query waits behind the statement, "
        "reads included. With lock_timeout, the statement fails after a few seconds and can be re-run."
    ),
    remedy="SET lock_timeout = '5s' at the start of the file, and re-run the file if the timeout expires.",
    bad="ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;
    """,
    kinds=LOCKING_KINDS,
    statement=_check,
    known_as=("squawk: require-lock-timeout", "eugene: E9"),
)
