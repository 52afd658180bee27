"""The statements that created the objects at the end of a history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.analysis.effects import first_effect
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import TextSpan, find_first_line, find_list_item
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import (
    HistoryConstraint,
    HistoryIndex,
    HistoryPosition,
    HistoryRelation,
    Routine,
)
from schema_dsl.lint.rule import FinalState, LocatedHit
from schema_dsl.parsing import Node

_CONSTRAINING = ("alter_table_stmt", "create_stmt")


class CreatedObject(NamedTuple):
    """The statement that created an object, and the span to mark."""

    step: HistoryStep
    span: TextSpan

    def hit(self, message: str, remedy: str | None = None) -> LocatedHit:
        """Return a hit at the span."""
        return LocatedHit(self.step, self.span.hit(message, remedy))


def find_created_relation(final_state: FinalState, relation: HistoryRelation) -> CreatedObject | None:
    """Return the statement that created a relation; None if the relation is older, temporary or uncertain."""
    if relation.created_at is None or relation.uncertain or relation.temporary:
        return None
    creations = [
        (effect.identity.name, step)
        for step in final_state.at(relation.created_at)
        if (effect := first_effect(step.statement)) is not None
        if effect.creates and kind_group(effect.identity.kind) == "relation"
    ]
    same_name = [step for name, step in creations if name == relation.name]
    step = next(iter(same_name or [step for _, step in creations]), None)
    return None if step is None else CreatedObject(step, find_first_line(step.statement))


@cached
def list_created_tables(final_state: FinalState) -> tuple[tuple[HistoryRelation, CreatedObject], ...]:
    """Return the tables that a history created and did not drop, including partitioned tables and partitions."""
    return tuple(_find_created_tables(final_state))


def _find_created_tables(final_state: FinalState) -> Iterator[tuple[HistoryRelation, CreatedObject]]:
    for relation in final_state.schema.relations.values():
        if relation.kind == "table":
            found = find_created_relation(final_state, relation)
            if found is not None:
                yield relation, found


@cached
def list_created_routines(final_state: FinalState) -> tuple[tuple[Routine, CreatedObject], ...]:
    """Return the functions and procedures that a history created and did not drop."""
    return tuple(_find_created_routines(final_state))


def _find_created_routines(final_state: FinalState) -> Iterator[tuple[Routine, CreatedObject]]:
    for routine in final_state.schema.all_routines:
        found = _find_statement(final_state, routine.created_at, routine.tree)
        if found is not None and not routine.uncertain:
            yield routine, found


def _find_statement(
    final_state: FinalState, created_at: HistoryPosition | None, tree: Node | None
) -> CreatedObject | None:
    step = next((step for step in final_state.at(created_at) if step.tree is tree), None)
    return None if step is None else CreatedObject(step, find_first_line(step.statement))


def find_created_constraint(final_state: FinalState, constraint: HistoryConstraint) -> CreatedObject | None:
    """Return the span of a constraint in the ALTER TABLE or CREATE TABLE that created the constraint."""
    step = final_state.step(constraint.created_at, *_CONSTRAINING)
    if step is None or step.kind not in _CONSTRAINING or constraint.tree is None:
        return None
    return CreatedObject(step, find_list_item(step.statement, constraint.tree))


def find_created_index(final_state: FinalState, index: HistoryIndex) -> CreatedObject | None:
    """Return the CREATE INDEX of an index; None for the index of a constraint and for an older index."""
    return _find_statement(final_state, index.created_at, index.tree)
