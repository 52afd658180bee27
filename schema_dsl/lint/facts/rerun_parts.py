"""What does not bear being run again: what the facts about it have in common."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from schema_dsl.lint.facts.dropped import Name
from schema_dsl.lint.facts.positions import TextSpan, words
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Statement


@attrs.frozen
class Again:
    """A statement that does not bear being run again: what it is about, and what helps.

    `keys` name what it makes and what that is in: if the file drops any of them before, it may be made again.
    `mend` works out what can be done: most are asked of, and few are told.
    """

    what: str
    remedy: str
    place: TextSpan | None = None
    mend: Callable[[], tuple[Edit, ...]] = tuple
    keys: tuple[Name, ...] = ()
    effect: str = "fails the second time"

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What mends it, if that is mechanical."""
        return self.mend()


def insert(statement: Statement, text: str, *behind: str) -> Callable[[], tuple[Edit, ...]]:
    """Give what inserts a text behind the first words of a statement."""

    def mend() -> tuple[Edit, ...]:
        place = words(statement, *behind)
        return () if place is None else (Edit(place.end, place.end, text),)

    return mend


def inside(schema: str, *keys: Name) -> tuple[Name, ...]:
    """Give the names of something, with that of its schema."""
    return (*keys, ("schema", schema)) if schema else keys
