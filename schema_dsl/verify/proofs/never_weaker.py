"""No moment of the migration gives anybody what neither the state before nor the state after gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from schema_dsl.verify.access.concurrent import ConcurrentAccess, watching
from schema_dsl.verify.access.probe import AccessQuestion, ReachableAccess, prepare
from schema_dsl.verify.access.report import does_what, under_settings
from schema_dsl.verify.access.timeline import AccessMoment, Walker, sessions
from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.apply import statements_of
from schema_dsl.verify.proof import Outcome, Proof, Status, outcome
from schema_dsl.verify.scratch import Scratch

_AGAIN = ", when it is applied again"


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    tables = [table for table in subject.wanted.tables.values() if table.access is not None]
    if not tables:
        return Outcome(status=Status.UNPROVEN, summary="no table has an access")
    # Under the first setting only: rows are rows, whatever the default privileges.
    with sessions(scratch, "before") as (_, before, _), sessions(scratch, "after") as (_, after, _):
        probe = prepare([before, after], tables, subject.platform, subject.wanted)
    known: dict[str, ReachableAccess] = {}
    found: dict[str, list[str]] = {}
    walkers = []
    for setting in scratch.settings:
        walker = Walker(scratch, setting, statements_of(subject.script), probe, known)
        for sentence in _under(walker):
            found.setdefault(sentence, []).append(setting)
        walkers.append(walker)
    moments, rounds = sum(each.moments for each in walkers), sum(each.rounds for each in walkers)
    return outcome(
        under_settings(found, scratch.settings),
        f"{moments} moments between statements, asked in each of {len(known)} states; {rounds} rounds meanwhile",
        notes=_notes(known.values()),
        data={"moments": moments, "states": len(known), "rounds": rounds},
    )


def _notes(states: Iterable[ReachableAccess]) -> list[str]:
    unasked = {(table, why) for state in states for table, why in state.unasked.items()}
    return [
        f"{table} could not be asked about in every state on the way, as rows for it did not fit: {why}"
        for table, why in sorted(unasked)
    ]


def _under(walker: Walker) -> Iterator[str]:
    """Apply it, apply it over itself, and apply it over each state that a run cut short may leave."""
    told: set[AccessQuestion] = set()
    rehearsals = []
    with sessions(walker.scratch, "before", walker.setting) as (database, asking, migrating):
        first = []
        with watching(database, walker.probe) as watch:
            for moment in walker.walk(migrating, asking, watch):
                first.append(moment)
                if 0 < moment.statement < len(walker.statements):
                    with watch.paused():
                        rehearsals.append((moment, walker.rehearse(migrating)))
        given = {**first[0].reached.allowed, **first[-1].reached.allowed}
        yield from _weaker(walker, [*first, *_watched(walker, watch)], given, told, "")
        with watching(database, walker.probe) as watch:
            again = list(walker.walk(migrating, asking, watch))
        given_again = {**first[-1].reached.allowed, **again[-1].reached.allowed}
        yield from _weaker(walker, [*again, *_watched(walker, watch)], given_again, told, _AGAIN)
        yield from _lost(walker, again)
    for moment, states in rehearsals:
        passed = walker.recalled(states) or walker.walk_on(moment.statement)
        when = f"{_AGAIN} after a stop behind {walker.place(moment.statement)}"
        yield from _weaker(walker, passed, {**given, **moment.reached.allowed}, told, when)


def _watched(walker: Walker, watch: ConcurrentAccess) -> Iterator[AccessMoment]:
    """Give what was reached while a statement ran, as moments of their own."""
    walker.rounds += watch.rounds
    for question, (number, trial) in watch.reached.items():
        yield AccessMoment(max(number, 1), ReachableAccess({question: trial}), within=True)


def _weaker(
    walker: Walker,
    moments: Iterable[AccessMoment],
    given: Collection[AccessQuestion],
    told: set[AccessQuestion],
    when: str,
) -> Iterator[str]:
    for moment in moments:
        for question, trial in moment.reached.allowed.items():
            if question not in given and question not in told:
                told.add(question)
                yield (
                    _sentence(walker, moment, trial, f"can {does_what(trial)}, which is allowed neither")
                    + when
                )


def _lost(walker: Walker, moments: Sequence[AccessMoment]) -> Iterator[str]:
    """Find what clients have before and after, and miss for a moment."""
    first, last = moments[0].reached.allowed, moments[-1].reached.allowed
    kept = {question: trial for question, trial in first.items() if question in last}
    for moment in moments:
        reached = moment.reached
        lost = [
            each for each in kept if each not in reached.allowed and kept[each].table not in reached.unasked
        ]
        for question in lost:
            trial = kept.pop(question)
            yield (
                _sentence(walker, moment, trial, f"cannot {does_what(trial)}, which is allowed both") + _AGAIN
            )


def _sentence(walker: Walker, moment: AccessMoment, trial: Trial, what: str) -> str:
    place = walker.place(moment.statement)
    start = f"while {place} runs" if moment.within else f"after {place}"
    return f"{start} {trial.role} {what} before {'and' if what.endswith('both') else 'nor'} after"


PROOF = Proof(
    name="never weaker",
    promise="No moment of the migration gives anybody what neither the state before nor the state after gives.",
    rank=70,
    run=_run,
    slow=True,
)
