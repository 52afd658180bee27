"""Two migrations of a folder have the same number."""

from __future__ import annotations

from schema_dsl.lint.facts.files import list_numbered_migrations
from schema_dsl.lint.rule import FinalState, Hit, Level, LocatedHit, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    seen: dict[tuple[str, tuple[int, ...]], str] = {}
    for migration in list_numbered_migrations(final_state):
        other = seen.setdefault((migration.folder, migration.value), migration.name)
        if other != migration.name:
            message = (
                f"{migration.name} has the same number as {other}: "
                "their order depends on the tool that applies them"
            )
            yield LocatedHit(migration.step, Hit(migration.step.statement.start, message))


RULE = Rule(
    group="script",
    level=Level.WARNING,
    why=(
        "Two branches used the same number. The rest of the file name then decides the order. A tool that records "
        "only the number, such as the Supabase CLI, treats the second migration as applied or refuses it."
    ),
    remedy="Give the newer migration the next free number.",
    bad=(),
    good=(),
    final_state=_check,
    known_as=("atlas: non-linear",),
)
