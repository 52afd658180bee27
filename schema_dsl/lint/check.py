"""Rules, put to a history."""

from __future__ import annotations

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
    for_all = [rule for rule in rules if rule.statement is not None and not rule.kinds]
    by_kind: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.statement is not None:
            for kind in rule.kinds:
                by_kind.setdefault(kind, []).append(rule)
    endings = [rule for rule in rules if rule.ending is not None]
    found: Found = []
    steps: dict[int, list[Step]] = {}
    for step in replay(sources, schema):
        steps.setdefault(step.moment.statement, []).append(step)
        also(step)
        for rule in (*for_all, *by_kind.get(step.kind, ())):
            found.extend((rule, Placed(step, hit)) for hit in _hits(rule, step))
    ending = Ending(schema, steps)
    for rule in endings:
        assert rule.ending is not None  # noqa: S101 - chosen for having one
        found.extend((rule, placed) for placed in rule.ending(ending))
    return found


def _hits(rule: Rule, step: Step) -> Iterable[Hit]:
    assert rule.statement is not None  # noqa: S101 - chosen for having one
    return rule.statement(step)
