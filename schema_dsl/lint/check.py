"""Rules, put to a history."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from schema_dsl.lint.history.replay import Step, replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rule import Ending, Hit, Placed, Rule
from schema_dsl.lint.source import Source

Found = list[tuple[Rule, Placed]]


def check(
    sources: Iterable[Source],
    schema: Schema,
    rules: Sequence[Rule],
    also: Callable[[Step], None] = lambda _: None,
) -> Found:
    """Ask every rule about every statement that it is for, in one pass, and in the end about what is left.

    `also` is called with each step before its rules are, for other passes that go through the history.
    """
    asked = _Asked(rules)
    found: Found = []
    steps: dict[int, list[Step]] = {}
    for step in replay(sources, schema):
        steps.setdefault(step.moment.statement, []).append(step)
        also(step)
        for rule, statement in asked[step.kind]:
            try:
                for hit in statement(step):
                    found.append((rule, Placed(step, hit)))
            except RecursionError:
                # Nested more deeply than Python can follow.
                continue
    ending = Ending(schema, steps)
    for rule in rules:
        if rule.ending is not None:
            with contextlib.suppress(RecursionError):
                found.extend((rule, placed) for placed in rule.ending(ending))
    return found


class _Asked(dict[str, list[tuple[Rule, Callable[[Step], Iterable[Hit]]]]]):
    """The rules to ask about a kind of statement, put together when the kind first occurs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, kind: str) -> list[tuple[Rule, Callable[[Step], Iterable[Hit]]]]:
        self[kind] = [
            (rule, rule.statement)
            for rule in self._rules
            if rule.statement is not None and (not rule.kinds or kind in rule.kinds)
        ]
        return self[kind]
