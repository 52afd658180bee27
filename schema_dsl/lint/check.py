"""Application of rules to a history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from schema_dsl.lint.causes import RuleHits, apply_to_state, move_to_causes
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import Hits, LocatedHit, Rule
from schema_dsl.lint.source import Source


def apply_rules(
    sources: Iterable[Source],
    schema: HistorySchema,
    rules: Sequence[Rule],
    observe: Callable[[HistoryStep], None] = lambda _: None,
    *,
    new_from: int = 0,
    restart: Callable[[], HistorySchema] | None = None,
) -> RuleHits:
    """Apply rules to every statement of a history in one pass, and then to the final state.

    Args:
        sources: The files of the history.
        schema: The schema before the history; the replay changes it.
        rules: The rules.
        observe: A function that is called with every step before the rules.
        new_from: The index of the first new file. What new files make wrong in older ones is a hit in the new files.
        restart: Returns the schema before the history once more; required with `new_from`.
    """
    rules_by_kind = _RulesByKind(rules)
    hits: RuleHits = []
    before: RuleHits | None = None
    sources = list(sources)
    steps: dict[int, list[HistoryStep]] = {}
    for step in replay(sources, schema):
        if before is None and step.position.file >= new_from > 0:
            before = apply_to_state(rules, schema, steps)
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
    after = apply_to_state(rules, schema, steps)
    if before is not None and restart is not None:
        after = move_to_causes(before, after, sources, restart(), new_from)
    return hits + after


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
