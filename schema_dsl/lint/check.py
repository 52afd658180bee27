"""Rules, put to a history."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule
from schema_dsl.lint.source import Source

RuleHits = list[tuple[Rule, LocatedHit]]


def check(
    sources: Iterable[Source],
    schema: Schema,
    rules: Sequence[Rule],
    also: Callable[[HistoryStep], None] = lambda _: None,
) -> RuleHits:
    """Ask every rule about every statement that it is for, in one pass, and in the end about what is left.

    `also` is called with each step before its rules are, for other passes that go through the history.
    """
    asked = _RulesByKind(rules)
    found: RuleHits = []
    steps: dict[int, list[HistoryStep]] = {}
    for step in replay(sources, schema):
        steps.setdefault(step.moment.statement, []).append(step)
        also(step)
        for rule, statement in asked[step.kind]:
            try:
                for hit in statement(step):
                    found.append((rule, LocatedHit(step, hit)))
            except RecursionError:
                # Nested more deeply than Python can follow.
                continue
    final_state = FinalState(schema, steps)
    for rule in rules:
        if rule.final_state is not None:
            with contextlib.suppress(RecursionError):
                found.extend((rule, placed) for placed in rule.final_state(final_state))
    return found


class _RulesByKind(dict[str, list[tuple[Rule, Callable[[HistoryStep], Iterable[Hit]]]]]):
    """The rules to ask about a kind of statement, put together when the kind first occurs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, kind: str) -> list[tuple[Rule, Callable[[HistoryStep], Iterable[Hit]]]]:
        self[kind] = [
            (rule, rule.statement)
            for rule in self._rules
            if rule.statement is not None and (not rule.kinds or kind in rule.kinds)
        ]
        return self[kind]
