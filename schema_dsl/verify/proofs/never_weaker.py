"""Prove that the migration never allows access that is denied both before and after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from schema_dsl.verify.access.concurrent import ConcurrentAccess, probe_concurrently
from schema_dsl.verify.access.probe import AccessQuestion, ReachableAccess, build_probe
from schema_dsl.verify.access.report import describe_operation, qualify_by_settings
from schema_dsl.verify.access.timeline import AccessMoment, Timeline, open_sessions
from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.apply import split_statements
from schema_dsl.verify.proof import Outcome, Proof, Status, conclude
from schema_dsl.verify.scratch import Scratch

_RERUN = ", in a re-run"


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    tables = [table for table in subject.wanted.tables.values() if table.access is not None]
    if not tables:
        return Outcome(status=Status.UNPROVEN, summary="no table declares access")
    # The default privileges do not affect fixture rows, so the first setting is enough.
    with open_sessions(scratch, "before") as (_, before, _), open_sessions(scratch, "after") as (_, after, _):
        probe = build_probe([before, after], tables, subject.platform, subject.wanted)
    known: dict[str, ReachableAccess] = {}
    found: dict[str, list[str]] = {}
    timelines = []
    for setting in scratch.settings:
        timeline = Timeline(scratch, setting, split_statements(subject.script), probe, known)
        for sentence in _check_setting(timeline):
            found.setdefault(sentence, []).append(setting)
        timelines.append(timeline)
    moments, rounds = (
        sum(timeline.moments for timeline in timelines),
        sum(timeline.rounds for timeline in timelines),
    )
    return conclude(
        qualify_by_settings(found, scratch.settings),
        f"access tried at {moments} moments between statements ({len(known)} distinct states), and in {rounds} rounds "
        "while statements ran",
        notes=_build_notes(known.values()),
        data={"moments": moments, "states": len(known), "rounds": rounds},
    )


def _build_notes(states: Iterable[ReachableAccess]) -> list[str]:
    unasked = {(table, why) for state in states for table, why in state.untested.items()}
    return [
        f"access to {table} was not tried in every intermediate state, because no fixture row fitted: {why}"
        for table, why in sorted(unasked)
    ]


def _check_setting(timeline: Timeline) -> Iterator[str]:
    """Apply the migration, re-run it, and re-run it after an interruption at every statement."""
    reported: set[AccessQuestion] = set()
    rehearsals = []
    with open_sessions(timeline.scratch, "before", timeline.setting) as (database, asking, migrating):
        first = []
        with probe_concurrently(database, timeline.probe) as watch:
            for moment in timeline.observe(migrating, asking, watch):
                first.append(moment)
                if 0 < moment.statement < len(timeline.statements):
                    with watch.paused():
                        rehearsals.append((moment, timeline.rehearse(migrating)))
        allowed = {**first[0].reached.allowed, **first[-1].reached.allowed}
        yield from _find_added_access(
            timeline, [*first, *_list_concurrent_moments(timeline, watch)], allowed, reported, ""
        )
        with probe_concurrently(database, timeline.probe) as watch:
            rerun = list(timeline.observe(migrating, asking, watch))
        allowed_in_rerun = {**first[-1].reached.allowed, **rerun[-1].reached.allowed}
        yield from _find_added_access(
            timeline, [*rerun, *_list_concurrent_moments(timeline, watch)], allowed_in_rerun, reported, _RERUN
        )
        yield from _find_lost_access(timeline, rerun)
    for moment, states in rehearsals:
        resumed = timeline.recall_moments(states) or timeline.observe_resumed(moment.statement)
        condition = (
            f"{_RERUN} of a migration interrupted after {timeline.describe_position(moment.statement)}"
        )
        yield from _find_added_access(
            timeline, resumed, {**allowed, **moment.reached.allowed}, reported, condition
        )


def _list_concurrent_moments(timeline: Timeline, watch: ConcurrentAccess) -> Iterator[AccessMoment]:
    """Yield the access reached while a statement ran, as separate moments."""
    timeline.rounds += watch.rounds
    for question, (number, trial) in watch.reached.items():
        yield AccessMoment(max(number, 1), ReachableAccess({question: trial}), within=True)


def _find_added_access(
    timeline: Timeline,
    moments: Iterable[AccessMoment],
    allowed: Collection[AccessQuestion],
    reported: set[AccessQuestion],
    condition: str,
) -> Iterator[str]:
    for moment in moments:
        for question, trial in moment.reached.allowed.items():
            if question not in allowed and question not in reported:
                reported.add(question)
                yield (
                    _format_failure(
                        timeline, moment, trial, f"can {describe_operation(trial)}, which is allowed neither"
                    )
                    + condition
                )


def _find_lost_access(timeline: Timeline, moments: Sequence[AccessMoment]) -> Iterator[str]:
    """Yield a sentence for access that is allowed before and after, and denied in between."""
    first, last = moments[0].reached.allowed, moments[-1].reached.allowed
    expected = {question: trial for question, trial in first.items() if question in last}
    for moment in moments:
        reached = moment.reached
        lost = [
            question
            for question in expected
            if question not in reached.allowed and expected[question].table not in reached.untested
        ]
        for question in lost:
            trial = expected.pop(question)
            yield (
                _format_failure(
                    timeline, moment, trial, f"cannot {describe_operation(trial)}, which is allowed both"
                )
                + _RERUN
            )


def _format_failure(timeline: Timeline, moment: AccessMoment, trial: Trial, access: str) -> str:
    place = timeline.describe_position(moment.statement)
    start = f"while {place} runs" if moment.within else f"after {place}"
    return f"{start}, {trial.role} {access} before {'and' if access.endswith('both') else 'nor'} after the migration"


PROOF = Proof(
    name="never weaker",
    promise="At no moment does the migration allow access that is denied both before and after it.",
    rank=70,
    run=_run,
    slow=True,
)
