"""A statement scans or rewrites an existing table under a lock, without statement_timeout."""

from __future__ import annotations

from schema_dsl.lint.facts.locks import LOCKING_KINDS, scans_or_rewrites_table
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_TIMEOUT = Timeout("statement_timeout", scans_or_rewrites_table)


def _check(step: HistoryStep) -> Hits:
    lock = _TIMEOUT.missed_by(step)
    if lock is not None:
        yield find_first_line(step.statement).hit(
            f"without statement_timeout, this may block {lock.mode.blocks} of {lock.display_name} for hours",
            # A project that never sets it hears so once.
            topic="" if _TIMEOUT.is_set_before(step) else "never set",
        )


RULE = Rule(
    group="locks",
    level=Level.INFO,
    why=(
        "Postgres holds the lock until it has read or written every row. statement_timeout cancels a statement that "
        "takes longer than expected, before it causes an outage. A statement that only changes the catalog ends at "
        "once."
    ),
    remedy=(
        "SET statement_timeout at the start of the file, and SET it to 0 before CONCURRENTLY or VALIDATE "
        "CONSTRAINT."
    ),
    bad="ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;
    """,
    kinds=LOCKING_KINDS,
    statement=_check,
    known_as=("squawk: require-statement-timeout",),
)
