"""statement_timeout, before a table is locked that others use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.locks import LOCKING
from schema_dsl.lint.facts.places import head
from schema_dsl.lint.facts.timeouts import Timeout
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.rule import Hit, Rule

_TIMEOUT = Timeout("statement_timeout")


def _check(step: Step) -> Iterable[Hit]:
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
    summary="A lock on a table that is in use is taken without statement_timeout.",
    why=(
        "A lock is held until its statement, or its transaction, is done. With statement_timeout one that takes "
        "longer than was thought is cancelled before it becomes an outage."
    ),
    remedy="SET statement_timeout at the start of the file; 0 again for what is CONCURRENTLY or VALIDATE.",
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
    known_as=("squawk: require-statement-timeout",),
)
