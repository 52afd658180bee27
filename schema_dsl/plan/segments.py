"""Choose the transactions of a plan: which steps run outside of a transaction block, and where transactions end."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.step import Group, Plan, Step, TransactionMode
from schema_dsl.runner import Runner


@attrs.frozen
class Segment:
    """Neighbouring steps of a plan that may share a transaction, or that all refuse one.

    Attributes:
        plan: The steps.
        is_alone: Whether the statements of the steps run outside of a transaction block.
    """

    plan: Plan
    is_alone: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they run."""
        return self.plan.steps


def choose_steps(plan: Plan, runner: Runner) -> Plan:
    """Return the plan with the steps that take weaker locks, if the runner runs statements without a transaction."""
    if not runner.runs_alone or not any(step.online for step in plan.steps):
        return plan
    return Plan(
        tuple(
            attrs.evolve(
                group,
                steps=tuple(
                    other
                    for step in group.steps
                    for other in step.online or (step,)
                    if runner.splits or not other.follows_file
                ),
            )
            for group in plan.groups
        )
    )


def split_into_files(plan: Plan, runner: Runner) -> tuple[Segment, ...]:
    """Split a plan into the files of one migration: one file, unless a switch of the runner covers a whole file."""
    if not runner.splits:
        return (Segment(plan, is_alone=False),)
    return tuple(
        part
        for segment in split_into_segments(plan)
        for part in (_list_single(segment) if segment.is_alone and runner.single else [segment])
    )


def _list_single(segment: Segment) -> list[Segment]:
    return [
        Segment(Plan((Group(group.root, (step,)),)), is_alone=segment.is_alone)
        for group in segment.plan.groups
        for step in group.steps
    ]


def split_into_segments(plan: Plan) -> tuple[Segment, ...]:
    """Split a plan where a transaction has to end: around steps that refuse a transaction, and before a use."""
    segments: list[list[tuple[Identity, Step]]] = []
    last: Step | None = None
    for group in plan.groups:
        for step in group.steps:
            if last is None or not _may_follow(last, step):
                segments.append([])
            segments[-1].append((group.root, step))
            last = step
    return tuple(
        Segment(_group(steps), is_alone=steps[0][1].mode is TransactionMode.ALONE) for steps in segments
    )


def _may_follow(last: Step, step: Step) -> bool:
    """Return whether a step may be in the segment of the step before it."""
    if TransactionMode.ALONE in (last.mode, step.mode):
        return last.mode is step.mode
    if last.mode is TransactionMode.COMMIT_BEFORE_USE:
        return step.mode is TransactionMode.COMMIT_BEFORE_USE
    # A lock on a table that exists is held until its transaction ends.
    return last.after_commit or not step.after_commit


def _group(steps: Iterable[tuple[Identity, Step]]) -> Plan:
    """Group steps by their root again, in their order."""
    groups: list[Group] = []
    for root, step in steps:
        if groups and groups[-1].root == root:
            groups[-1] = Group(root, (*groups[-1].steps, step))
        else:
            groups.append(Group(root, (step,)))
    return Plan(tuple(groups))
