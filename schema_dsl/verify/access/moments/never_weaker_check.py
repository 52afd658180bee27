"""Check that a migration, its second run and its re-runs never allow access that its header does not allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.plan import Allowance
from schema_dsl.verify.access.moments.momentary import MomentaryWatch
from schema_dsl.verify.access.moments.probe import AccessQuestion, ReachableAccess
from schema_dsl.verify.access.moments.timeline import AccessMoment, Cut, Observer, Timeline, open_sessions
from schema_dsl.verify.access.reach.reachable import list_role_names
from schema_dsl.verify.access.report import describe_operation
from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.comparison.renames import carry_out, list_renames
from schema_dsl.verify.proof import draw_sample

_RERUN: Final = ", in a re-run"
_MOST_RERUN_STATEMENTS: Final = 1000
"""The largest number of statements in re-runs of whole short migrations, for each setting of default privileges."""

_LONG: Final = 100
"""A migration of more statements is re-run as a whole after the fewest interruptions."""

_FEWEST_RERUNS: Final = 1
_DEFAULTS: Final = "pg_default_acl"
_MOST_INTERRUPTIONS: Final = 1000
"""The largest number of interruptions with re-runs of statements, for each setting of default privileges."""


@attrs.define(eq=False)
class NeverWeakerCheck:
    """The check of the migration under one setting of default privileges.

    A re-run after an interruption does nothing new if each statement up to the interruption changes nothing. Each
    interruption differs from the one before by one statement, so it is enough to re-run there, in a transaction, the
    statements that name a relation that this statement changed; of a very long migration, after a sample of the
    interruptions. Whole re-runs, of all interruptions of a short migration and of a sample of those of a long one, rely
    on no names.

    Attributes:
        timeline: The moments.
        weakened: The allowances of weaker access in the header of the migration.
        known: The re-runs under other settings, by the interrupted statement and the state there.
        cuts: The number of interruptions that leave another access.
        interruptions: The number of them after which statements were re-run.
        whole_reruns: The number of them after which the whole migration was re-run.
        left_out: The number of re-runs that change access and were not observed to their end.
        unsettled: The findings of `MomentaryWatch`.
    """

    timeline: Timeline
    weakened: Sequence[Allowance]
    known: dict[tuple[int, str], Cut]
    cuts: int = 0
    interruptions: int = 0
    whole_reruns: int = 0
    left_out: int = 0
    unsettled: Mapping[QualifiedKey, Collection[str]] = attrs.field(init=False, factory=dict)
    _skipped: Collection[int] = attrs.field(init=False)
    _whole: Collection[int] = attrs.field(init=False)
    _further: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Choose the interruptions after which the whole migration is re-run, and those to skip."""
        statements = self.timeline.statements
        count = len(statements)
        self._further = _FEWEST_RERUNS
        if count <= _LONG:
            self._further = max(_FEWEST_RERUNS, _MOST_RERUN_STATEMENTS // max(count, 1))
        places = self.timeline.list_related(count - 1, None)
        seed = self.timeline.scratch.subject.seed
        self._whole = frozenset(draw_sample(places, self._further, seed))
        self._skipped = frozenset(places).difference(
            self._whole, draw_sample(places, _MOST_INTERRUPTIONS, seed)
        )

    def run(self) -> Iterator[str]:
        """Apply the migration, re-run it, and re-run it after interruptions; yield a sentence for each failure."""
        timeline = self.timeline
        reported: set[AccessQuestion] = set()
        with open_sessions(timeline.scratch, "before", timeline.setting) as (database, probing, migrating):
            subject = timeline.scratch.subject
            watch = MomentaryWatch(
                list_role_names(subject.platform, subject.wanted), subject.wanted.tables.keys()
            )
            observer = Observer(timeline, database, probing, watch)
            first: list[AccessMoment] = []
            interrupted: list[Cut] = []
            for moment, relations in timeline.observe(migrating, observer):
                first.append(moment)
                if 0 < moment.statement < len(timeline.statements) and not moment.within:
                    self.cuts += 1
                    if moment.statement in self._skipped:
                        continue
                    self.interruptions += 1
                    cut = self._interrupt(observer, moment.statement, relations)
                    interrupted += [cut] if cut is not None else []
            start, end = self._read_start(first[0]), dict(observer.reached)
            allowed = _list_allowed(start) | _list_allowed(end)
            yield from self._find_weaker_access(start, end, reported)
            yield from self._find_added_access(first, allowed, reported, "")
            yield from self._find_gains(watch, observer, "")
            rerun = [moment for moment, _ in timeline.observe(migrating, observer)]
            allowed_in_rerun = _list_allowed(end) | _list_allowed(observer.reached)
            yield from self._find_added_access(rerun, allowed_in_rerun, reported, _RERUN)
            yield from self._find_gains(watch, observer, _RERUN)
            self.unsettled = watch.unsettled
            yield from self._find_lost_access(rerun, dict(observer.reached))
        for cut in interrupted:
            condition = (
                f"{_RERUN} of a migration interrupted after {timeline.describe_position(cut.statement)}"
            )
            allowed_here = allowed | _list_allowed(cut.reached)
            yield from self._find_added_access(cut.moments, allowed_here, reported, condition)

    def _read_start(self, first: AccessMoment) -> Mapping[QualifiedKey, ReachableAccess]:
        """Return the access before the migration, to renamed tables under their new names."""
        timeline = self.timeline
        renames = list_renames(timeline.scratch)
        if not renames:
            return first.changed
        with open_sessions(timeline.scratch, "before", timeline.setting) as (database, probing, migrating):
            carry_out(migrating, renames)
            observer = Observer(timeline, database, probing)
            observer.look()
            return observer.reached

    def _interrupt(self, observer: Observer, number: int, relations: set[QualifiedKey] | None) -> Cut | None:
        """Re-run the migration after an interruption, as far as it could do something new there."""
        state = observer.state
        key = (number, state.digest(state.relations))
        if key in self.known:
            self.whole_reruns += number in self._whole
            return self.known[key]
        cut = self._rerun(observer, number, relations)
        if cut is not None and not cut.creates and _DEFAULTS not in self.timeline.scratch.subject.script:
            self.known[key] = cut
        return cut

    def _rerun(self, observer: Observer, number: int, relations: set[QualifiedKey] | None) -> Cut | None:
        timeline = self.timeline
        everything = range(1, len(timeline.statements) + 1)
        if number in self._whole:
            self.whole_reruns += 1
            return observer.rehearse(everything, number) or timeline.observe_resumed(number)
        related = timeline.list_related(number, relations)
        cut = observer.rehearse(related, number)
        if cut is not None and cut.is_same:
            return cut
        if not self._further:
            self.left_out += 1
            return cut
        self._further -= 1
        self.whole_reruns += 1
        return observer.rehearse(everything, number) or timeline.observe_resumed(number)

    def _find_weaker_access(
        self,
        start: Mapping[QualifiedKey, ReachableAccess],
        end: Mapping[QualifiedKey, ReachableAccess],
        reported: set[AccessQuestion],
    ) -> Iterator[str]:
        """Yield a sentence for access that only the state after the migration has, and that no header allows."""
        for name, reached in end.items():
            refused = start[name].refused
            if any(allowance.concerns(name) for allowance in self.weakened):
                continue
            for question, trial in reached.allowed.items():
                if question in refused:
                    reported.add(question)
                    yield (
                        f"after the migration, {trial.role} can {describe_operation(trial)}, which is refused before,"
                        " and the header of the migration does not allow it"
                    )

    def _find_gains(self, watch: MomentaryWatch, observer: Observer, condition: str) -> Iterator[str]:
        for statement, phrase in watch.finish_run(observer.state):
            place = self.timeline.describe_position(statement)
            yield f"after {place}, {phrase}, granted neither before nor after the migration{condition}"

    def _find_added_access(
        self,
        moments: Iterable[AccessMoment],
        allowed: Collection[AccessQuestion],
        reported: set[AccessQuestion],
        condition: str,
    ) -> Iterator[str]:
        for moment in moments:
            for question, trial in moment.allowed:
                if question not in allowed and question not in reported:
                    reported.add(question)
                    access = f"can {describe_operation(trial)}, which is allowed neither"
                    yield self._format_failure(moment, trial, access) + condition

    def _find_lost_access(
        self, moments: Sequence[AccessMoment], last: Mapping[QualifiedKey, ReachableAccess]
    ) -> Iterator[str]:
        """Yield a sentence for access that is allowed before and after, and denied in between."""
        expected = {
            name: {
                question: trial
                for question, trial in reached.allowed.items()
                if question in last[name].allowed
            }
            for name, reached in moments[0].changed.items()
        }
        for moment in moments:
            if moment.within:
                continue
            for name, reached in moment.changed.items():
                if reached.untested:
                    continue
                for question in [each for each in expected[name] if each not in reached.allowed]:
                    trial = expected[name].pop(question)
                    access = f"cannot {describe_operation(trial)}, which is allowed both"
                    yield self._format_failure(moment, trial, access) + _RERUN

    def _format_failure(self, moment: AccessMoment, trial: Trial, access: str) -> str:
        place = self.timeline.describe_position(moment.statement)
        start = f"while {place} runs" if moment.within else f"after {place}"
        word = "and" if access.endswith("both") else "nor"
        return f"{start}, {trial.role} {access} before {word} after the migration"


def _list_allowed(reached: Mapping[QualifiedKey, ReachableAccess]) -> set[AccessQuestion]:
    return {question for each in reached.values() for question in each.allowed}
