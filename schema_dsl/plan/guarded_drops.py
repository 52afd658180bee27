"""Join the drops that would delete data into one statement, which refuses all of them before it drops anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

import attrs

from schema_dsl.plan.fold import join_steps
from schema_dsl.plan.step import Group, Step

GUARDED_DROPS: Final = "guarded_drops"
"""The template of the statement."""


def join_guarded_drops(groups: Iterable[Group]) -> Iterator[Group]:
    """Yield the groups with each run of drops that would delete data joined into a group of one step."""
    drops: list[Step] = []
    for group in groups:
        for is_drop, run in groupby(group.steps, key=_deletes_data):
            steps = list(run)
            if is_drop:
                drops += steps
                continue
            yield from _build_group(drops)
            drops = []
            yield attrs.evolve(group, steps=tuple(steps))
    yield from _build_group(drops)


def _deletes_data(step: Step) -> bool:
    return step.loss is not None and step.loss.counts_before_drop


def _build_group(drops: Sequence[Step]) -> Iterator[Group]:
    if drops:
        first = drops[0]
        hazards = tuple(dict.fromkeys(hazard for step in drops for hazard in step.hazards))
        step = Step(first.subject, GUARDED_DROPS, {}, hazards, parts=tuple(_join_neighbours(drops)))
        yield Group(first.subject.root, (step,))


def _join_neighbours(drops: Iterable[Step]) -> Iterator[Step]:
    """Yield the drops, and join neighbors that one ALTER TABLE can contain."""
    for (_, foldable, _), run in groupby(
        drops, key=lambda step: (step.template, step.foldable, step.subject.relation)
    ):
        steps = list(run)
        if foldable:
            joined = steps[0]
            for step in steps[1:]:
                joined = join_steps(joined, step)
            yield joined
        else:
            yield from steps
