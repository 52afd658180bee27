"""statement_timeout, before a table that others use is gone through under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.durations import takes_long
from schema_dsl.lint.facts.locks import LOCKING
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_TIMEOUT = Timeout("statement_timeout", takes_long)


def _check(step: HistoryStep) -> Iterable[Hit]:
    lock = _TIMEOUT.missed_by(step)
    if lock is not None:
        place = head(step.statement)
        yield Hit(
            place.start,
            f"without statement_timeout this may stop {lock.mode.stops} of {lock.shown} for as long as it takes",
            place.length,
        )


RULE = Rule(
    name="require-statement-timeout",
    group="locks",
    level=Level.INFO,
    summary="A table that is in use is gone through under a lock, without statement_timeout.",
    why=(
        "The lock is held until every row was read or written. With statement_timeout what takes longer than was "
        "thought is cancelled before it becomes an outage. What only changes the catalog is done at once."
    ),
    remedy="SET statement_timeout at the start of the file; 0 again for what is CONCURRENTLY or VALIDATE.",
    bad=("ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL;",),
    good=(
        ("SET lock_timeout = '5s';\nSET statement_timeout = '5min';\nALTER TABLE public.orders SET LOGGED;"),
    ),
    kinds=LOCKING,
    statement=_check,
    known_as=("squawk: require-statement-timeout",),
)
