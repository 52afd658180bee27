"""The statements of new files that make something wrong in older files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import attrs

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import FinalState, LocatedHit, LocatedHits, Rule
from schema_dsl.lint.source import Source

T = TypeVar("T")
RuleHits = list[tuple[Rule, LocatedHit]]
# The rule, the file and the offset of a hit.
_Place = tuple[str, str, int]


def apply_to_state(
    rules: Iterable[Rule], schema: HistorySchema, steps: Mapping[int, Sequence[HistoryStep]]
) -> RuleHits:
    """Apply the rules about the final state, and those about its policies, to a state of a history."""
    state = FinalState(schema, steps)
    hits: RuleHits = []
    for rule in rules:
        if rule.final_state is not None:
            _add_hits(hits, rule, rule.final_state, [state])
        if rule.policy is not None:
            _add_hits(hits, rule, rule.policy, policies_of_history(state))
    return hits


def _add_hits(
    hits: RuleHits, rule: Rule, find_hits: Callable[[T], LocatedHits], checked: Iterable[T]
) -> None:
    for each in checked:
        try:
            for hit in find_hits(each):
                hits.append((rule, hit))
        except RecursionError:
            # An expression is nested too deeply for Python.
            continue


def move_to_causes(
    before: RuleHits, after: RuleHits, sources: Sequence[Source], schema: HistorySchema, new_from: int
) -> RuleHits:
    """Move the hits in older files that new files cause to the statements of the new files.

    Args:
        before: The hits in the state before the new files.
        after: The hits in the final state.
        sources: The files of the history.
        schema: The schema before the history; the replay changes it.
        new_from: The index of the first new file.
    """
    known = {_place(*hit) for hit in before}
    broken = {
        _place(rule, located): rule
        for rule, located in after
        if located.step.position.file < new_from and _place(rule, located) not in known
    }
    if not broken:
        return after
    causes = _find_causes(sources, schema, broken, new_from)
    return [(rule, _move_to(causes.get(_place(rule, located)), located)) for rule, located in after]


def _place(rule: Rule, located: LocatedHit) -> _Place:
    return rule.name, located.step.source.path, located.hit.offset


def _find_causes(
    sources: Iterable[Source], schema: HistorySchema, broken: Mapping[_Place, Rule], new_from: int
) -> dict[_Place, HistoryStep]:
    """Replay a history once more, and return the statement that causes each hit in an older file."""
    rules = {rule.name: rule for rule in broken.values()}.values()
    causes: dict[_Place, HistoryStep] = {}
    steps: dict[int, list[HistoryStep]] = {}
    last: HistoryStep | None = None

    def compare(cause: HistoryStep) -> None:
        found = {_place(*hit) for hit in apply_to_state(rules, schema, steps)}
        for place in broken:
            if place not in found:
                causes.pop(place, None)
            else:
                causes.setdefault(place, cause)

    for step in replay(sources, schema):
        if last is not None and step.outer is not last.outer and effects(last.outer):
            compare(last)
        steps.setdefault(step.position.statement, []).append(step)
        last = step if step.position.file >= new_from else None
    if last is not None:
        compare(last)
    return causes


def _move_to(cause: HistoryStep | None, located: LocatedHit) -> LocatedHit:
    if cause is None:
        return located
    source = located.step.source
    line, _ = source.position(located.hit.offset)
    span = find_first_line(cause.outer)
    message = f"{located.hit.message} (see {source.path}:{line})"
    hit = attrs.evolve(located.hit, offset=span.start, length=span.length, message=message, edits=())
    return LocatedHit(cause, hit)
