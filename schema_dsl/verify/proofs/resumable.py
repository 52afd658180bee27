"""A run that was cut short is made good by another."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import attrs

from schema_dsl.verify.apply import statements_of
from schema_dsl.verify.interrupt import arm
from schema_dsl.verify.interruptions import End, InterruptionPlan, ObservedState, cut, walk
from schema_dsl.verify.proof import Outcome, Proof, outcome
from schema_dsl.verify.row_snapshot import Contents, agreed, contents, row_changes
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import empty, seeded
from schema_dsl.verify.snapshot import changes

_AT_ONCE: Final = 2


def _run(scratch: Scratch) -> Outcome:
    statements = statements_of(scratch.subject.script)
    with seeded(scratch, "before") as template:
        within = arm(template)
        with scratch.connect(template) as connection:
            course = InterruptionPlan(scratch, template, statements, contents(connection))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            runs = _in_walks(course, pool) or _in_turn(course, pool)
    if isinstance(runs, str):
        return outcome([f"a run that is not cut short fails already: {runs}"], "")
    failures, notes = list(_failures(course, runs)), list(_notes(course, runs))
    notes += empty(scratch.subject.wanted, course.rows)
    if not within:
        notes.append(
            "statements were terminated at their end, before the commit: only a superuser can earlier"
        )
    rows = sum(each.count for each in course.rows.values())
    return outcome(
        failures,
        f"the process terminated in each of {len(statements)} statements, and all run again {runs.how}:"
        f" the same catalog, the same {rows} rows",
        notes=notes,
        data={"statements": len(statements), "statement by statement": runs.singly, "rows": rows},
    )


@attrs.frozen
class _InterruptedRuns:
    """What runs came to: two that were not cut short, and the others, each with the line that was its end.

    `singly` says how many of them were made good statement by statement.
    """

    straight: ObservedState
    again: ObservedState
    ends: list[tuple[int, str, End]]
    how: str
    singly: int


def _in_walks(course: InterruptionPlan, pool: Executor) -> _InterruptedRuns | None:
    """Cut short everywhere in as many databases as work at a time; and once a kind in a database of its own.

    None if the migration cannot be run in one transaction.
    """
    if any(statement.kind == "transaction_stmt" for statement in course.statements):
        return None
    places = range(len(course.statements) + 1)
    walks = list(pool.map(lambda part: walk(course, places[part::_AT_ONCE]), range(_AT_ONCE)))
    straight, again = walks[0].straight, walks[0].again
    if not isinstance(straight, ObservedState) or again is None:
        return None
    first = {each.kind: number for number, each in reversed([*enumerate(course.statements)])}
    alone = sorted({*first.values(), *(number for each in walks for number in each.apart)})
    ends = {number: end for each in walks for number, end in each.ends.items()}
    found = [(course.line(number), "terminated in", ends[number]) for number in sorted(ends)]
    found += zip(
        map(course.line, alone),
        ["terminated in"] * len(alone),
        pool.map(lambda number: cut(course, number, within=True), alone),
        strict=True,
    )
    how = f"in one transaction, {len(alone)} times also statement by statement"
    return _InterruptedRuns(straight, again, found, how, len(alone))


def _in_turn(course: InterruptionPlan, pool: Executor) -> _InterruptedRuns | str:
    """Cut short everywhere in a database of its own."""
    count = len(course.statements)
    straight, again = pool.map(lambda _: cut(course, 0, within=False), range(2))
    if isinstance(straight, str) or isinstance(again, str):
        return straight if isinstance(straight, str) else str(again)
    within = pool.map(lambda number: cut(course, number, within=True), range(count))
    after = pool.map(lambda number: cut(course, number + 1, within=False), range(count))
    ends = [(course.line(number), "terminated in", end) for number, end in enumerate(within)]
    ends += [(course.line(number), "stopped after", end) for number, end in enumerate(after)]
    return _InterruptedRuns(straight, again, ends, "statement by statement", len(ends))


def _failures(course: InterruptionPlan, runs: _InterruptedRuns) -> Iterator[str]:
    """Say how runs ended otherwise, each way once, with the first place where it did."""
    rows = agreed(runs.straight.rows, runs.again.rows)
    places: dict[str, list[tuple[int, str]]] = {}
    for line, how, end in [(course.line(len(course.statements)), "run up to", runs.again), *runs.ends]:
        for said in _unlike(runs.straight, rows, end):
            places.setdefault(said, []).append((line, how))
    for said, found in places.items():
        line, how = found[0]
        others = len({line for line, _ in found}) - 1
        more = f", as in {others} other places," if others else ""
        yield f"{course.scratch.subject.file}:{line}: {how} this statement{more} and run again, {said}"


def _unlike(straight: ObservedState, rows: Contents, end: End) -> Iterator[str]:
    if isinstance(end, str):
        yield f"it stops: {end}"
        return
    for change in changes(straight.catalog, end.catalog, same_objects=False):
        yield f"it does not end as a run that was not cut short: {change}"
    for table, said in row_changes(rows, end.rows):
        yield f"it does not leave the rows of a run that was not cut short: {table} {said}"


def _notes(course: InterruptionPlan, runs: _InterruptedRuns) -> Iterator[str]:
    for table, said in row_changes(course.rows, runs.straight.rows):
        yield f"the migration itself changes rows that were there: {table} {said}"


PROOF = Proof(
    name="resumable",
    promise="A run that was cut short anywhere is made good by another one, and rows stay as they were.",
    rank=40,
    run=_run,
    slow=True,
)
