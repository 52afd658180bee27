"""Where the things that a history leads to were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import TextSpan, clause, head
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint, HistoryIndex, HistoryRelation, Routine
from schema_dsl.lint.history.trees import qualified
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
    """Something, and the statement that made it."""

    step: HistoryStep
    place: TextSpan

    def hit(self, message: str, remedy: str | None = None) -> LocatedHit:
        """Report it at its first line."""
        return LocatedHit(self.step, Hit(self.place.start, message, self.place.length, remedy))


def made(final_state: FinalState, relation: HistoryRelation) -> CreatedObject | None:
    """Find the statement that made a relation; None if it was there before, or may not be there."""
    if relation.made is None or relation.doubtful or relation.temporary:
        return None
    found = [each for each in final_state.at(relation.made) if each.kind in _RELATIONS]
    named = [each for each in found if _RELATIONS[each.kind](each.tree).relname == relation.name]
    step = next(iter(named or found), None)
    return None if step is None else CreatedObject(step, head(step.statement))


@cached
def made_tables(final_state: FinalState) -> tuple[tuple[HistoryRelation, CreatedObject], ...]:
    """Give the tables that a history made and left, partitioned ones and partitions too."""
    return tuple(_made_tables(final_state))


def _made_tables(final_state: FinalState) -> Iterator[tuple[HistoryRelation, CreatedObject]]:
    for relation in final_state.schema.relations.values():
        if relation.kind in _TABLES:
            found = made(final_state, relation)
            if found is not None:
                yield relation, found


@cached
def made_routines(final_state: FinalState) -> tuple[tuple[Routine, CreatedObject], ...]:
    """Give the functions and procedures that a history made and left."""
    return tuple(_made_routines(final_state))


def _made_routines(final_state: FinalState) -> Iterator[tuple[Routine, CreatedObject]]:
    if "functions" in final_state.schema.doubts:
        return
    for held in final_state.schema.routines.values():
        for routine in held:
            if routine.made is None or routine.tree is None or routine.doubtful:
                continue
            steps = final_state.at(routine.made)
            step = next((each for each in steps if _makes(each, routine.tree)), None)
            if step is not None:
                yield routine, CreatedObject(step, head(step.statement))


def _makes(step: HistoryStep, tree: Node) -> bool:
    return step.kind == "create_function_stmt" and qualified(step.tree.funcname) == qualified(tree.funcname)


def made_constraint(final_state: FinalState, constraint: HistoryConstraint) -> CreatedObject | None:
    """Find where a constraint is written, in the statement that added it or made its table; None elsewhere."""
    step = final_state.step(constraint.made, *_CONSTRAINING)
    if step is None or step.kind not in _CONSTRAINING or constraint.tree is None:
        return None
    return CreatedObject(step, clause(step.statement, constraint.tree))


def made_index(final_state: FinalState, index: HistoryIndex) -> CreatedObject | None:
    """Find the CREATE INDEX that made an index; None if a constraint did, or it was there before."""
    if index.made is None or index.tree is None:
        return None
    steps = final_state.at(index.made)
    step = next((each for each in steps if each.kind == "index_stmt"), None)
    return None if step is None else CreatedObject(step, head(step.statement))
