"""Two migrations with one number."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.files import numbered
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    seen: dict[tuple[str, tuple[int, ...]], str] = {}
    for each in numbered(final_state):
        other = seen.setdefault((each.folder, each.value), each.name)
        if other != each.name:
            message = f"{each.name} has the same number as {other}: which of them runs first is chance"
            yield LocatedHit(each.step, Hit(each.step.statement.start, message))


RULE = Rule(
    name="duplicate-migration-number",
    group="script",
    level=Level.WARNING,
    summary="Two migrations of a folder have the same number.",
    why=(
        "They were written on two branches. The rest of the name now decides on the order, and tools that note "
        "numbers, as the Supabase CLI does, take the second for applied or refuse it."
    ),
    remedy="Give the newer one the next free number.",
    bad=(),
    good=(),
    final_state=_check,
    known_as=("atlas: non-linear",),
)
