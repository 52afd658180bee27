"""A statement locks an existing table without lock_timeout."""

from __future__ import annotations

from schema_dsl.lint.facts.locks import LOCKING_KINDS
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.rule import Level, Rule

_TIMEOUT = Timeout(
    "lock_timeout",
    lambda lock: f"may wait for {lock.display_name} forever, and later queries wait behind it",
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
    statement=_TIMEOUT.check,
    known_as=("squawk: require-lock-timeout", "eugene: E9"),
)
