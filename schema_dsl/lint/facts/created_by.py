"""The statements that created the objects at the end of a history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import TextSpan, find_first_line, find_list_item
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint, HistoryIndex, HistoryRelation, Routine
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit
from schema_dsl.parsing import Node

_RELATIONS = {
    "create_stmt": lambda tree: tree.relation,
    "create_foreign_table_stmt": lambda tree: tree.base_stmt.relation,
    "create_table_as_stmt": lambda tree: tree.into.rel,
    "view_stmt": lambda tree: tree.view,
}
_CONSTRAINING = ("alter_table_stmt", "create_stmt")
_TABLES = frozenset({"table", "partitioned"})


class CreatedObject(NamedTuple):
    """The statement that created an object, and the span to mark."""

    step: HistoryStep
    span: TextSpan

    def hit(self, message: str, remedy: str | None = None) -> LocatedHit:
        """Return a hit at the span."""
        return LocatedHit(self.step, Hit(self.span.start, message, self.span.length, remedy))


def find_created_relation(final_state: FinalState, relation: HistoryRelation) -> CreatedObject | None:
    """Return the statement that created a relation; None if the relation is older, temporary or uncertain."""
    if relation.created_at is None or relation.uncertain or relation.temporary:
        return None
    creations = [creation for creation in final_state.at(relation.created_at) if creation.kind in _RELATIONS]
    same_name = [
        creation
        for creation in creations
        if _RELATIONS[creation.kind](creation.tree).relname == relation.name
    ]
    step = next(iter(same_name or creations), None)
    return None if step is None else CreatedObject(step, find_first_line(step.statement))


@cached
def list_created_tables(final_state: FinalState) -> tuple[tuple[HistoryRelation, CreatedObject], ...]:
    """Return the tables that a history created and did not drop, including partitioned tables and partitions."""
    return tuple(_find_created_tables(final_state))


def _find_created_tables(final_state: FinalState) -> Iterator[tuple[HistoryRelation, CreatedObject]]:
    for relation in final_state.schema.relations.values():
        if relation.kind in _TABLES:
            found = find_created_relation(final_state, relation)
            if found is not None:
                yield relation, found


@cached
def list_created_routines(final_state: FinalState) -> tuple[tuple[Routine, CreatedObject], ...]:
    """Return the functions and procedures that a history created and did not drop."""
    return tuple(_find_created_routines(final_state))


def _find_created_routines(final_state: FinalState) -> Iterator[tuple[Routine, CreatedObject]]:
    if "functions" in final_state.schema.unknown_kinds:
        return
    for routines in final_state.schema.routines.values():
        for routine in routines:
            if routine.created_at is None or routine.tree is None or routine.uncertain:
                continue
            steps = final_state.at(routine.created_at)
            step = next((step for step in steps if _creates_routine(step, routine.tree)), None)
            if step is not None:
                yield routine, CreatedObject(step, find_first_line(step.statement))


def _creates_routine(step: HistoryStep, tree: Node) -> bool:
    return step.kind == "create_function_stmt" and qualified_name(step.tree.funcname) == qualified_name(
        tree.funcname
    )


def find_created_constraint(final_state: FinalState, constraint: HistoryConstraint) -> CreatedObject | None:
    """Return the span of a constraint in the ALTER TABLE or CREATE TABLE that created the constraint."""
    step = final_state.step(constraint.created_at, *_CONSTRAINING)
    if step is None or step.kind not in _CONSTRAINING or constraint.tree is None:
        return None
    return CreatedObject(step, find_list_item(step.statement, constraint.tree))


def find_created_index(final_state: FinalState, index: HistoryIndex) -> CreatedObject | None:
    """Return the CREATE INDEX of an index; None for the index of a constraint and for an older index."""
    if index.created_at is None or index.tree is None:
        return None
    steps = final_state.at(index.created_at)
    step = next((step for step in steps if step.kind == "index_stmt"), None)
    return None if step is None else CreatedObject(step, find_first_line(step.statement))
