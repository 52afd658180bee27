"""Rules as data, with functions that check one statement, the final state of a history, or a policy in that state.

The module of a rule imports its types from here.
"""

from __future__ import annotations

import functools
import itertools
import textwrap
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPosition, HistorySchema

if TYPE_CHECKING:
    from schema_dsl.lint.facts.policies import PolicyDefinition
    from schema_dsl.lint.source import Source

__all__ = [
    "GROUPS",
    "Edit",
    "FinalState",
    "HistoryStep",
    "Hit",
    "Hits",
    "Level",
    "LocatedHit",
    "LocatedHits",
    "Rule",
]

GROUPS: Final = ("locks", "data", "types", "script", "schema", "rls")


@attrs.frozen
class Edit:
    """The replacement of the characters of a file between two offsets by a text."""

    start: int
    end: int
    text: str


@attrs.frozen
class Hit:
    """One violation of a rule.

    Attributes:
        offset: The offset in the file.
        message: The effect of the statement, with the name of the table.
        length: The number of characters to mark.
        remedy: A remedy that replaces that of the rule.
        edits: Edits that correct the violation and change nothing else; empty if a person has to decide.
        topic: The decision that several hits of the rule repeat, such as the name of a table: they are reported once.
        level: A level that replaces that of the rule.
    """

    offset: int
    message: str
    length: int = 1
    remedy: str | None = None
    edits: tuple[Edit, ...] = ()
    topic: str = ""
    level: Level | None = None


Hits: TypeAlias = Iterable[Hit | str]
"""A result of the check of a statement; a message alone stands for a hit at the first line of the statement."""


@attrs.frozen(eq=False, slots=False)
class FinalState:
    """The state at the end of a history.

    Attributes:
        schema: The schema.
        steps: The statements by `HistoryPosition.statement`. A DO block and the statements in it have the same number.
    """

    schema: HistorySchema
    steps: Mapping[int, Sequence[HistoryStep]]

    def step(self, position: HistoryPosition | None, *kinds: str) -> HistoryStep | None:
        """Return the statement at a position, preferably of one of `kinds`; None for an object before the history."""
        steps = self.at(position)
        return next((step for step in steps if step.kind in kinds), steps[0] if steps else None)

    def find_steps(self, *kinds: str) -> Iterator[HistoryStep]:
        """Yield the statements of these kinds, by default all, in the order of the history."""
        if not kinds:
            return itertools.chain.from_iterable(self.steps.values())
        found = itertools.chain.from_iterable(self._steps_by_kind.get(kind, ()) for kind in kinds)
        return found if len(kinds) == 1 else iter(sorted(found, key=lambda step: step.position))

    @functools.cached_property
    def first_steps(self) -> tuple[HistoryStep, ...]:
        """The first statement of each file that has one, in the order of the history."""
        by_statement = list(self.steps.values())
        found: list[HistoryStep] = []
        start = 0
        while start < len(by_statement):
            found.append(by_statement[start][0])
            file = found[-1].position.file
            start = bisect_right(by_statement, file, start, key=lambda steps: steps[0].position.file)
        return tuple(found)

    @functools.cached_property
    def _steps_by_kind(self) -> dict[str, list[HistoryStep]]:
        by_kind: dict[str, list[HistoryStep]] = defaultdict(list)
        for step in self.find_steps():
            by_kind[step.kind].append(step)
        return by_kind

    def at(self, position: HistoryPosition | None) -> Sequence[HistoryStep]:
        """Return the statements at a position; empty for an object before the history."""
        steps = self.steps.get(position.statement, ()) if position is not None else ()
        if len(steps) <= 1:
            return steps
        return [step for step in steps if step.position == position] or steps


@attrs.frozen
class LocatedHit:
    """A hit in the file of a step."""

    step: HistoryStep
    hit: Hit


LocatedHits: TypeAlias = Iterable[LocatedHit]


def _to_scripts(examples: str | Sequence[str]) -> tuple[str, ...]:
    """Return one or several scripts without the indentation of a literal of several lines."""
    scripts = (examples,) if isinstance(examples, str) else examples
    return tuple(textwrap.dedent(script).strip("\n ") if script[:1] == "\n" else script for script in scripts)


@attrs.frozen(kw_only=True)
class Rule:
    """A check with its description.

    `rules_by_name` takes the name from the file of the rule, and the summary from the docstring of its module.

    Attributes:
        name: The name.
        group: One of `GROUPS`.
        level: The default level.
        summary: One sentence about the violation.
        why: The consequences of a violation.
        remedy: How to correct a violation.
        bad: Scripts that the rule reports; also tests.
        good: Scripts that no rule reports; also tests.
        kinds: The kinds of statements that `statement` checks; empty for all.
        commands: The commands of ALTER TABLE that `statement` checks, such as AT_AddColumn; empty for all.
        applies_to: Whether `statement` may have hits in a file; None for every file.
        statement: Yields the hits in a statement, before the replay applies it.
        final_state: Yields the hits in the state at the end of a history.
        policy: Yields the hits in a policy at the end of a history.
        decided: Whether definitions, options, settings or the planner decide on the subject of the rule: a file that
            schema-dsl generated, and that is unedited, has no such finding. `generate` reports the locks itself.
        opinion: Whether the rule is off by default.
        platform: The only platform on which the rule applies.
        known_as: The names of the same check in other tools.
    """

    group: str
    level: Level
    why: str
    remedy: str
    bad: tuple[str, ...] = attrs.field(converter=_to_scripts)
    good: tuple[str, ...] = attrs.field(converter=_to_scripts)
    kinds: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    applies_to: Callable[[Source], bool] | None = None
    statement: Callable[[HistoryStep], Hits] | None = None
    final_state: Callable[[FinalState], LocatedHits] | None = None
    policy: Callable[[PolicyDefinition], LocatedHits] | None = None
    decided: bool = False
    opinion: bool = False
    platform: str | None = None
    known_as: tuple[str, ...] = ()
    name: str = ""
    summary: str = ""
