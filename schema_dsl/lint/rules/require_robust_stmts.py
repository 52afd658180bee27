"""A statement that cannot be run twice."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.rerun import ONCE, fails_again, marked
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.schema.transaction.explicit:
        return
    for each in fails_again(step):
        place = marked(step, each)
        yield Hit(
            place.start, f"{each.what} {each.effect}", place.length, remedy=each.remedy, edits=each.edits
        )


RULE = Rule(
    name="require-robust-stmts",
    group="script",
    level=Level.INFO,
    summary="A statement that cannot be run twice.",
    why=(
        "If the file fails half way, it cannot simply be run again. What runs it may well put it into one "
        "transaction, or remember how far it came; therefore this is a matter of taste."
    ),
    remedy="Say IF NOT EXISTS or CREATE OR REPLACE, DROP ... IF EXISTS before it, or a DO block that asks first.",
    bad=("CREATE TABLE public.tags (id bigint PRIMARY KEY);",),
    good=("CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",),
    kinds=ONCE,
    statement=_check,
    opinion=True,
    known_as=("squawk: prefer-robust-stmts",),
)
