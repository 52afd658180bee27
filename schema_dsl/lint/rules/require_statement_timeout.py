"""A statement scans or rewrites an existing table under a lock, without statement_timeout."""

from __future__ import annotations

from schema_dsl.lint.facts.locks import LOCKING_KINDS, scans_or_rewrites_table
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.rule import Level, Rule

_TIMEOUT = Timeout(
    "statement_timeout",
    lambda lock: f"may block {lock.mode.blocks} of {lock.display_name} for hours",
    scans_or_rewrites_table,
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
    statement=_TIMEOUT.check,
    known_as=("squawk: require-statement-timeout",),
)
