"""Prove that a re-run completes a migration that was interrupted at any statement."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import attrs

from schema_dsl.model.column import Column
from schema_dsl.plan.children import find_children
from schema_dsl.plan.number_source import find_number_source
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.fixture_tables import describe_fixture_tables
from schema_dsl.verify.fixtures.seed import (
    describe_empty_tables,
    seeded_database,
    seeded_template,
)
from schema_dsl.verify.proof import Outcome, Proof, Sample, conclude, draw_sample
from schema_dsl.verify.reruns.interrupt import enable_interruption
from schema_dsl.verify.reruns.interruptions import (
    InterruptionPlan,
    ObservedState,
    RunResult,
    interrupt_each,
    interrupt_once,
)
from schema_dsl.verify.rollback.backfills import find_backfills, is_written_by_triggers
from schema_dsl.verify.rollback.trial import use_former_names
from schema_dsl.verify.scripts.apply import ApplyError, split_statements
from schema_dsl.verify.scripts.inner_commits import may_commit
from schema_dsl.verify.scripts.refusals import has_transactions, refuses_loss
from schema_dsl.verify.scripts.script_name import locate
from schema_dsl.verify.snapshots.catalog import find_catalog_changes
from schema_dsl.verify.snapshots.rows import RowSnapshot, find_row_changes, keep_common, snapshot_rows

_MAX_CONCURRENT: Final = 2
_MOST_RERUN_STATEMENTS: Final = 5000
"""The largest number of statements in all re-runs after interruptions."""

_MOST_RERUN_STATEMENTS_IN_PLACE: Final = 1500
"""The same for a migration whose statements are also run again after each statement, in place."""

_FEWEST_COMPLETE: Final = 3
_INTERRUPTED_IN: Final = "re-run after an interruption in this statement"
_INTERRUPTED_AFTER: Final = "re-run after an interruption between this statement and the next"
_NOT_INTERRUPTED: Final = "applied statement by statement without interruption"


def _run(scratch: Scratch) -> Outcome:
    statements = split_statements(scratch.subject.script)
    if not statements:
        return conclude((), "0 statements: the migration has nothing to interrupt")
    with seeded_database(scratch, "before") as template:
        within = enable_interruption(template)
        with scratch.connect(template) as connection:
            plan = InterruptionPlan(scratch, template, statements, snapshot_rows(connection))
        with ThreadPoolExecutor(scratch.limit_concurrency(_MAX_CONCURRENT)) as pool:
            runs = _interrupt(plan, pool)
            if isinstance(runs, ApplyError) and refuses_loss(runs):
                # The migration drops objects with values, and refuses that without permission.
                plan = attrs.evolve(plan, allows_data_loss=True)
                runs = _interrupt(plan, pool)
    if isinstance(runs, ApplyError):
        return conclude([f"the migration fails even when it is not interrupted: {runs}"], "")
    untried = describe_empty_tables(scratch, plan.rows)
    if not within:
        untried.append(
            "an interruption in the middle of a statement: only a superuser can cause one, so every statement was "
            "interrupted at its end, before its commit"
        )
    if runs.left_out:
        untried.append(f"the re-run after {runs.left_out} interruptions whose re-run changes something")
    rows = sum(table.count for table in plan.rows.values())
    return conclude(
        list(_describe_failures(plan, runs)),
        f"{_describe_places(runs, len(statements))} and re-run {runs.rerun_mode}:"
        f" the same catalog and the same {rows} rows as without interruption",
        untried=untried,
        notes=[
            *seeded_template(scratch, "before")[1],
            *_build_notes(plan, runs),
            *describe_fixture_tables(scratch),
        ],
        data={"statements": len(statements), "statement by statement": runs.own_database_count, "rows": rows},
    )


def _describe_places(runs: _InterruptedRuns, count: int) -> str:
    done = runs.interrupted
    if done.is_complete:
        return f"interrupted in each of {count} statements"
    if runs.reruns is None or runs.checked is None:
        return f"interrupted at {done.tried:,} of {done.possible:,} places (seed {done.seed})"
    tried = "" if runs.reruns.is_complete else f" ({runs.reruns})"
    return (
        f"after {runs.checked.extent} statements, those that share a name with it change nothing in a re-run{tried}; "
        f"interrupted at {done.tried:,} of {done.possible:,} places (seed {done.seed})"
    )


@attrs.frozen
class _InterruptedRuns:
    """The results of uninterrupted and interrupted runs.

    Attributes:
        uninterrupted: The state after an uninterrupted run.
        statement_by_statement: The state after a second uninterrupted run, statement by statement.
        results: The line, a description and the result of every interruption.
        rerun_mode: A phrase for the mode of the re-runs, for the summary.
        own_database_count: The number of re-runs that applied the migration statement by statement.
        interrupted: After how many of how many places the whole migration was re-run.
        checked: After how many of how many statements others were run again in place; None if after none.
        reruns: The numbers of re-run and of all statements with a shared name; None if none was run again in place.
        left_out: The number of interruptions that were left out, although an argument for their result is missing.
    """

    uninterrupted: ObservedState
    statement_by_statement: ObservedState
    results: list[tuple[int, str, RunResult]]
    rerun_mode: str
    own_database_count: int
    interrupted: Sample
    checked: Sample | None = None
    reruns: Sample | None = None
    left_out: int = 0


def _interrupt(plan: InterruptionPlan, pool: Executor) -> _InterruptedRuns | ApplyError:
    return _interrupt_in_shared_database(plan, pool) or _interrupt_in_own_databases(plan, pool)


def _interrupt_in_shared_database(plan: InterruptionPlan, pool: Executor) -> _InterruptedRuns | None:
    """Interrupt at every statement in a shared database, and once a kind in a separate database.

    Returns:
        The results, or None if the migration cannot run in one transaction.
    """
    if has_transactions(plan.statements):
        return None
    count = len(plan.statements)
    places = range(count + 1)
    most = max(_FEWEST_COMPLETE, _MOST_RERUN_STATEMENTS_IN_PLACE // count)
    certain = _choose_places(plan, most)
    walked = interrupt_each(plan, certain, most)
    uninterrupted, stepwise = walked.uninterrupted, walked.statement_by_statement
    if not isinstance(uninterrupted, ObservedState) or stepwise is None:
        return None
    first = {statement.kind: number for number, statement in reversed([*enumerate(plan.statements)])}
    own = sorted({*walked.needs_own_database} - {*first.values()})
    kept = draw_sample(own, most, plan.scratch.subject.seed)
    separate = sorted({*first.values(), *kept})
    shared = walked.results
    results = [(plan.line(number), _INTERRUPTED_IN, result) for number, result in shared.items()]
    results += zip(
        map(plan.line, separate),
        [_INTERRUPTED_IN] * len(separate),
        pool.map(lambda number: interrupt_once(plan, number, within=True), separate),
        strict=True,
    )
    mode = f"in one transaction, {len(separate)} times also statement by statement"
    left_out = walked.not_completed + len(own) - len(kept)
    return _InterruptedRuns(
        uninterrupted,
        stepwise,
        results,
        mode,
        len(separate),
        interrupted=Sample(len({*shared, *separate}), len(places), plan.scratch.subject.seed),
        checked=walked.checked,
        reruns=walked.reruns,
        left_out=left_out,
    )


def _choose_places(plan: InterruptionPlan, most: int) -> frozenset[int]:
    """Return the indexes of the statements to interrupt in any case: a sample, and where an argument does not hold.

    A statement that commits inside can leave a part of its effects behind.
    """
    places = range(len(plan.statements) + 1)
    inner = [number for number, statement in enumerate(plan.statements) if may_commit(statement)]
    chosen = draw_sample(inner, most, plan.scratch.subject.seed)
    return frozenset(
        {0, len(plan.statements), *chosen, *draw_sample(places, most, plan.scratch.subject.seed)}
    )


def _interrupt_in_own_databases(plan: InterruptionPlan, pool: Executor) -> _InterruptedRuns | ApplyError:
    """Interrupt at and after every statement, each time in a separate database."""
    count = len(plan.statements)
    uninterrupted, second = pool.map(lambda _: interrupt_once(plan, 0, within=False), range(2))
    if isinstance(uninterrupted, ApplyError):
        return uninterrupted
    if isinstance(second, ApplyError):
        return second
    most = max(_FEWEST_COMPLETE, _MOST_RERUN_STATEMENTS // count)
    places = draw_sample(range(count), most, plan.scratch.subject.seed)
    within = pool.map(lambda number: interrupt_once(plan, number, within=True), places)
    after = pool.map(lambda number: interrupt_once(plan, number + 1, within=False), places)
    results = [
        (plan.line(number), _INTERRUPTED_IN, result) for number, result in zip(places, within, strict=True)
    ]
    results += [
        (plan.line(number), _INTERRUPTED_AFTER, result) for number, result in zip(places, after, strict=True)
    ]
    return _InterruptedRuns(
        uninterrupted,
        second,
        results,
        "statement by statement"
        if has_transactions(plan.statements)
        else "statement by statement and in as few transactions as possible",
        len(results),
        interrupted=Sample(len(places), count, plan.scratch.subject.seed),
    )


def _describe_failures(plan: InterruptionPlan, runs: _InterruptedRuns) -> Iterator[str]:
    """Yield a sentence for every difference from an uninterrupted run, with the first interruption that causes it."""
    rows = _without_spent_numbers(
        plan.scratch, keep_common(runs.uninterrupted.rows, runs.statement_by_statement.rows)
    )
    places: dict[str, list[tuple[int, str]]] = {}
    for line, interruption, result in [
        (plan.line(len(plan.statements)), _NOT_INTERRUPTED, runs.statement_by_statement),
        *runs.results,
    ]:
        for difference in _describe_difference(runs.uninterrupted, rows, result):
            places.setdefault(difference, []).append((line, interruption))
    for difference, interruptions in places.items():
        line, interruption = interruptions[0]
        others = len({line for line, _ in interruptions}) - 1
        more = f" (and at {others} other {'line' if others == 1 else 'lines'})" if others else ""
        yield f"{locate(plan.scratch.subject.file, line)}: {interruption}{more}: {difference}"


def _without_spent_numbers(scratch: Scratch, rows: RowSnapshot) -> RowSnapshot:
    """Return the rows without the numbers that triggers of a backfill take from sequences.

    The transaction of an interrupted statement does not give them back.
    """
    wanted, before, after = use_former_names(scratch)
    backfills = find_backfills(wanted, before, after)
    written = {
        name
        for name, read in rows.items()
        if is_written_by_triggers(read.relation, backfills, scratch.subject.script)
    }
    if not written:
        return rows
    children = find_children(after.objects)
    numbered = {
        (".".join(table.relation), identity.name)
        for identity, item in after.objects.items()
        if isinstance(item, Column) and find_number_source(item) is not None
        for table in (identity.root, *children.get(identity.root, ()))
    }
    found = {name: read for name, read in rows.items() if not (name in written and read.is_sequence)}
    for name in written & found.keys():
        read = found[name]
        columns = tuple(column for column in read.columns if (name, column) not in numbered)
        found[name] = attrs.evolve(read, columns=columns, rows=tuple(read.project(columns)))
    return found


def _describe_difference(uninterrupted: ObservedState, rows: RowSnapshot, result: RunResult) -> Iterator[str]:
    if isinstance(result, ApplyError):
        yield f"the re-run fails: {result}"
        return
    for change in find_catalog_changes(uninterrupted.catalog, result.catalog, same_storage=False):
        yield f"the catalog differs from an uninterrupted run: {change}"
    for table, difference in find_row_changes(rows, result.rows):
        yield f"the rows differ from an uninterrupted run: {table} {difference}"


def _build_notes(plan: InterruptionPlan, runs: _InterruptedRuns) -> Iterator[str]:
    for table, change in find_row_changes(plan.rows, runs.uninterrupted.rows):
        yield f"the migration changes existing rows: {table} {change}"


PROOF = Proof(
    name="resumable",
    promise="A re-run after any interruption leads to the same catalog and rows as an uninterrupted run.",
    rank=40,
    run=_run,
    slow=True,
)
