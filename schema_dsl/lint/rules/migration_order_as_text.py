"""The numbers of two migrations sort differently as text and as numbers."""

from __future__ import annotations

from schema_dsl.lint.facts.files import list_numbered_migrations
from schema_dsl.lint.rule import FinalState, Hit, Level, LocatedHit, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    last: dict[str, tuple[str, str]] = {}
    for migration in list_numbered_migrations(final_state):
        name, number = last.get(migration.folder, ("", ""))
        if not migration.number.isdigit():
            continue
        if number > migration.number and int(number) < migration.value[0]:
            message = (
                f"as text, {migration.number} comes before {number}: "
                f"the Supabase CLI applies {migration.name} before {name}"
            )
            yield LocatedHit(migration.step, Hit(migration.step.statement.start, message))
        last[migration.folder] = (migration.name, migration.number)


RULE = Rule(
    group="script",
    level=Level.WARNING,
    why="The Supabase CLI compares the numbers of file names as text: 10 comes before 9.",
    remedy="Use the same number of digits in all migration numbers, or timestamps.",
    bad=(),
    good=(),
    final_state=_check,
    platform="supabase",
)
