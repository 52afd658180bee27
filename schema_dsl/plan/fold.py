"""Join the steps that one ALTER TABLE can contain, so that Postgres rewrites a table once."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.plan.step import Step


def fold_steps(steps: Iterable[Step]) -> list[Step]:
    """Join each foldable step with an earlier one of the same template and table.

    A step does not move before another step of its own object, which may have to run first.
    """
    folded: list[Step] = []
    for step in steps:
        place = _find_place(folded, step) if step.foldable else None
        if place is None:
            folded.append(step)
        else:
            folded[place] = join_steps(folded[place], step)
    return folded


def _find_place(steps: list[Step], step: Step) -> int | None:
    for place in range(len(steps) - 1, -1, -1):
        other = steps[place]
        if other.foldable and other.template == step.template and other.subject.root == step.subject.root:
            return place
        if step.subject in (other.subject, *other.created_with, *(part.subject for part in other.parts)):
            return None
    return None


def join_steps(one: Step, other: Step) -> Step:
    """Join two steps of the same template and relation: the lists among their values are joined."""
    values = {
        name: [*value, *other.values[name]] if isinstance(value, list) else value or other.values[name]
        for name, value in one.values.items()
    }
    parts = (*(one.parts or (one,)), other)
    hazards = tuple(dict.fromkeys((*one.hazards, *other.hazards)))
    online = tuple(join_steps(*pair) for pair in zip(one.online, other.online, strict=True))
    sources = tuple(dict.fromkeys((*one.row_sources, *other.row_sources)))
    return attrs.evolve(
        one, values=values, hazards=hazards, loss=None, parts=parts, online=online, row_sources=sources
    )
