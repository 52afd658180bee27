"""Application of rules to a history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from schema_dsl.analysis.trees import command_kinds
from schema_dsl.lint.causes import RuleHits, apply_to_state, move_to_causes
from schema_dsl.lint.facts.cache import forget_step
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import Hits, LocatedHit, Rule
from schema_dsl.lint.source import Source

_StatementCheck: TypeAlias = Callable[[HistoryStep], Hits]
_RuleCheck: TypeAlias = tuple[Rule, _StatementCheck]
_NO_COMMANDS: frozenset[str] = frozenset()


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
        new_from: The index of the first new file. An error in an older file that a new file causes is a hit in the new
            file.
        restart: Returns the schema before the history once more; required with `new_from`.
    """
    statement_rules = _StatementRules(rules)
    hits: RuleHits = []
    before: RuleHits | None = None
    sources = list(sources)
    steps: dict[int, list[HistoryStep]] = {}
    number = -1
    for step in replay(sources, schema):
        position = step.position
        if before is None and position.file >= new_from > 0:
            before = apply_to_state(rules, schema, steps)
        if position.statement != number:
            # A DO block and the statements in it have one number.
            number = position.statement
            of_statement = steps[number] = []
        of_statement.append(step)
        observe(step)
        for rule, find_hits in statement_rules.find(step):
            try:
                for found in find_hits(step):
                    hit = find_first_line(step.statement).hit(found) if isinstance(found, str) else found
                    hits.append((rule, LocatedHit(step, hit)))
            except RecursionError:
                # The statement is nested too deeply for Python.
                continue
    forget_step()
    after = apply_to_state(rules, schema, steps)
    if before is not None and restart is not None:
        after = move_to_causes(before, after, sources, restart(), new_from)
    return hits + after


class _StatementRules:
    """The rules for each statement of a history, selected when a statement of its kind first occurs."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [rule for rule in rules if rule.statement is not None]
        self._source: Source | None = None
        self._not_applied: frozenset[str] = frozenset()
        self._selected: dict[str | frozenset[str], list[_RuleCheck]] = {}
        self._selected_by_not_applied: dict[frozenset[str], dict[str | frozenset[str], list[_RuleCheck]]] = {}

    def find(self, step: HistoryStep) -> list[_RuleCheck]:
        """Return the rules that check a statement, with their functions."""
        if step.source is not self._source:
            self._source = step.source
            self._not_applied = frozenset(
                rule.name for rule in self._rules if not _may_have_hits(rule, step.source)
            )
            self._selected = self._selected_by_not_applied.setdefault(self._not_applied, {})
        # An ALTER TABLE is known by its commands.
        key = step.kind if step.kind != "alter_table_stmt" else command_kinds(step.tree)
        selected = self._selected.get(key)
        if selected is None:
            commands = _NO_COMMANDS if isinstance(key, str) else key
            selected = self._selected[key] = list(self._select(step.kind, commands))
        return selected

    def _select(self, kind: str, commands: frozenset[str]) -> Iterator[_RuleCheck]:
        for rule in self._rules:
            is_of_kind = not rule.kinds or kind in rule.kinds
            has_command = not commands or not rule.commands or not commands.isdisjoint(rule.commands)
            if (
                rule.statement is not None
                and is_of_kind
                and has_command
                and rule.name not in self._not_applied
            ):
                yield rule, rule.statement


def _may_have_hits(rule: Rule, source: Source) -> bool:
    try:
        return rule.applies_to is None or rule.applies_to(source)
    except RecursionError:
        # A statement is nested too deeply for Python.
        return False
