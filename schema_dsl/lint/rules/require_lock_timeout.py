"""lock_timeout, before a table is locked that others use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.locks import LOCKING
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_TIMEOUT = Timeout("lock_timeout")


def _check(step: HistoryStep) -> Iterable[Hit]:
    lock = _TIMEOUT.missed_by(step)
    if lock is not None:
        place = head(step.statement)
        yield Hit(
            place.start,
            f"without lock_timeout this may wait for {lock.shown} without end, and what comes later waits behind it",
            place.length,
        )


RULE = Rule(
    name="require-lock-timeout",
    group="locks",
    level=Level.INFO,
    summary="A lock on a table that is in use is taken without lock_timeout.",
    why=(
        "While a statement waits for its lock behind a long query, everybody who comes later waits behind it, "
        "readers too. With lock_timeout it gives up after a few seconds, and can be run again."
    ),
    remedy="SET lock_timeout = '5s' at the start of the file, and run it again if it gives up.",
    bad=("ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS note text;"
        ),
    ),
    kinds=LOCKING,
    statement=_check,
    known_as=("squawk: require-lock-timeout", "eugene: E9"),
)
