"""Application of rules to a history."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import FinalState, Hits, LocatedHit, Rule
from schema_dsl.lint.source import Source

RuleHits = list[tuple[Rule, LocatedHit]]


def apply_rules(
    sources: Iterable[Source],
    schema: HistorySchema,
    rules: Sequence[Rule],
    observe: Callable[[HistoryStep], None] = lambda _: None,
) -> RuleHits:
    """Apply rules to every statement of a history in one pass, and then to the final state.

    Args:
        sources: The files of the history.
        schema: The schema before the history; the replay changes it.
        rules: The rules.
        observe: A function that is called with every step before the rules.
    """
    rules_by_kind = _RulesByKind(rules)
    hits: RuleHits = []
    steps: dict[int, list[HistoryStep]] = {}
    for step in replay(sources, schema):
        steps.setdefault(step.position.statement, []).append(step)
        observe(step)
        for rule, find_hits in rules_by_kind[step.kind]:
            try:
                for found in find_hits(step):
                    hit = find_first_line(step.statement).hit(found) if isinstance(found, str) else found
                    hits.append((rule, LocatedHit(step, hit)))
            except RecursionError:
                # The statement is nested too deeply for Python.
                continue
    final_state = FinalState(schema, steps)
    for rule in rules:
        if rule.final_state is not None:
            with contextlib.suppress(RecursionError):
                hits.extend((rule, located_hit) for located_hit in rule.final_state(final_state))
    return hits


class _RulesByKind(dict[str, list[tuple[Rule, Callable[[HistoryStep], Hits]]]]):
    """The rules for a kind of statement, collected when the kind first occurs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, kind: str) -> list[tuple[Rule, Callable[[HistoryStep], Hits]]]:
        self[kind] = [
            (rule, rule.statement)
            for rule in self._rules
            if rule.statement is not None and (not rule.kinds or kind in rule.kinds)
        ]
        return self[kind]
