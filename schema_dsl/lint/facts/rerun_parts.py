"""Classes and helpers for the effects of re-running statements."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from schema_dsl.lint.facts.dropped import DroppedName
from schema_dsl.lint.facts.positions import TextSpan, find_words
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Statement


@attrs.frozen
class RerunFailure:
    """A statement, or a command of one, that fails or has an effect again on a re-run.

    Attributes:
        action: The statement or command, for messages.
        remedy: How to make the statement re-runnable.
        span: The span to mark; None for the first line of the statement.
        build_edits: Builds the edits that make the statement re-runnable; a function, because few failures are
            reported.
        keys: The created object and the objects that contain it. The statement succeeds on a re-run if the file
            drops one of them first.
        effect: The effect of a re-run, for messages.
    """

    action: str
    remedy: str
    span: TextSpan | None = None
    build_edits: Callable[[], tuple[Edit, ...]] = tuple
    keys: tuple[DroppedName, ...] = ()
    effect: str = "fails on a re-run"

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that make the statement re-runnable; empty if a person has to decide."""
        return self.build_edits()


def build_insertion(statement: Statement, text: str, *words: str) -> Callable[[], tuple[Edit, ...]]:
    """Return a function that builds the edit to insert text after some words of a statement."""

    def build_edits() -> tuple[Edit, ...]:
        span = find_words(statement, *words)
        return () if span is None else (Edit(span.end, span.end, text),)

    return build_edits


def add_schema_name(schema: str, *keys: DroppedName) -> tuple[DroppedName, ...]:
    """Return names with the name of their schema, if there is one."""
    return (*keys, ("schema", schema)) if schema else keys
