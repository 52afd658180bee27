"""Numbers that sort otherwise as text."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.files import numbered
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    last: dict[str, tuple[str, str]] = {}
    for each in numbered(final_state):
        name, number = last.get(each.folder, ("", ""))
        if not each.number.isdigit():
            continue
        if number > each.number and int(number) < each.value[0]:
            message = f"as text {each.number} comes before {number}: the Supabase CLI runs {each.name} before {name}"
            yield LocatedHit(each.step, Hit(each.step.statement.start, message))
        last[each.folder] = (each.name, each.number)


RULE = Rule(
    name="migration-order-as-text",
    group="script",
    level=Level.WARNING,
    summary="The numbers of two migrations sort differently as text and as numbers.",
    why="The Supabase CLI compares the numbers in front of the names as text: 10 comes before 9.",
    remedy="Write all numbers with the same number of digits, or as timestamps.",
    bad=(),
    good=(),
    final_state=_check,
    platform="supabase",
)
