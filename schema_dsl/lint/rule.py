"""What a rule is: data, with a function that looks at one statement or at what a history leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPosition, Schema

GROUPS: Final = ("locks", "data", "types", "script", "schema", "rls")


@attrs.frozen
class Edit:
    """Replace the characters of a file from `start` to `end`, offsets, by `text`."""

    start: int
    end: int
    text: str


@attrs.frozen
class Hit:
    """One place where a rule is broken.

    `offset` counts in the file, `length` is what is marked. `message` says in plain words what the statement
    does, and to which table; `remedy` is for where the rule's own does not fit. `edits` mend it, where that
    is mechanical and changes nothing else.
    """

    offset: int
    message: str
    length: int = 1
    remedy: str | None = None
    edits: tuple[Edit, ...] = ()


@attrs.frozen(eq=False)
class FinalState:
    """What a history leads to. `steps` are its statements by number, as `HistoryPosition.statement` has it.

    A DO block has a number in common with the statements in it.
    """

    schema: Schema
    steps: Mapping[int, Sequence[HistoryStep]]

    def step(self, made: HistoryPosition | None, *kinds: str) -> HistoryStep | None:
        """Give the statement that made something, of one of `kinds`; None if it was there before the history."""
        steps = self.at(made)
        return next((step for step in steps if step.kind in kinds), steps[0] if steps else None)

    def at(self, made: HistoryPosition | None) -> Sequence[HistoryStep]:
        """Give the statement of a moment; none if that was before the history."""
        steps = self.steps.get(made.statement, ()) if made is not None else ()
        if len(steps) <= 1:
            return steps
        return [step for step in steps if step.moment == made] or steps


@attrs.frozen
class LocatedHit:
    """A hit in the file of a step."""

    step: HistoryStep
    hit: Hit


@attrs.frozen(kw_only=True)
class Rule:
    """One thing that is worth telling, and all that a person needs to know of it.

    The module's file has the rule's name. `bad` and `good` are whole scripts, run as tests: each of `bad` is
    reported by this rule, none of `good` by any. `statement` is asked about every statement of one of `kinds`
    (of all, if there are none), before it has happened; `final_state` once, about what a history leads to. A rule
    that is an `opinion` is off until it is selected. `platform` limits it to projects on that platform.
    `known_as` are the names of the same check elsewhere.
    """

    name: str
    group: str
    level: Level
    summary: str
    why: str
    remedy: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    statement: Callable[[HistoryStep], Iterable[Hit]] | None = None
    final_state: Callable[[FinalState], Iterable[LocatedHit]] | None = None
    opinion: bool = False
    platform: str | None = None
    known_as: tuple[str, ...] = ()
