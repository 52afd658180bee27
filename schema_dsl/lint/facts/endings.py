"""Where the things that a history leads to were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.lint.facts.memory import kept
from schema_dsl.lint.facts.places import Place, clause, head
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.schema import Constraint, Index, Relation, Routine
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.rule import Ending, Hit, Placed
from schema_dsl.parsing import Node

_RELATIONS = {
    "create_stmt": lambda tree: tree.relation,
    "create_foreign_table_stmt": lambda tree: tree.base_stmt.relation,
    "create_table_as_stmt": lambda tree: tree.into.rel,
    "view_stmt": lambda tree: tree.view,
}
_CONSTRAINING = ("alter_table_stmt", "create_stmt")
_TABLES = frozenset({"table", "partitioned"})


class Made(NamedTuple):
    """Something, and the statement that made it."""

    step: Step
    place: Place

    def hit(self, message: str, remedy: str | None = None) -> Placed:
        """Report it at its first line."""
        return Placed(self.step, Hit(self.place.start, message, self.place.length, remedy))


def made(ending: Ending, relation: Relation) -> Made | None:
    """Find the statement that made a relation; None if it was there before, or may not be there."""
    if relation.made is None or relation.doubtful or relation.temporary:
        return None
    found = [each for each in ending.at(relation.made) if each.kind in _RELATIONS]
    named = [each for each in found if _RELATIONS[each.kind](each.tree).relname == relation.name]
    step = next(iter(named or found), None)
    return None if step is None else Made(step, head(step.statement))


@kept
def made_tables(ending: Ending) -> tuple[tuple[Relation, Made], ...]:
    """Give the tables that a history made and left, partitioned ones and partitions too."""
    return tuple(_made_tables(ending))


def _made_tables(ending: Ending) -> Iterator[tuple[Relation, Made]]:
    for relation in ending.schema.relations.values():
        if relation.kind in _TABLES:
            found = made(ending, relation)
            if found is not None:
                yield relation, found


@kept
def made_routines(ending: Ending) -> tuple[tuple[Routine, Made], ...]:
    """Give the functions and procedures that a history made and left."""
    return tuple(_made_routines(ending))


def _made_routines(ending: Ending) -> Iterator[tuple[Routine, Made]]:
    if "functions" in ending.schema.doubts:
        return
    for held in ending.schema.routines.values():
        for routine in held:
            if routine.made is None or routine.tree is None or routine.doubtful:
                continue
            steps = ending.at(routine.made)
            step = next((each for each in steps if _makes(each, routine.tree)), None)
            if step is not None:
                yield routine, Made(step, head(step.statement))


def _makes(step: Step, tree: Node) -> bool:
    return step.kind == "create_function_stmt" and qualified(step.tree.funcname) == qualified(tree.funcname)


def made_constraint(ending: Ending, constraint: Constraint) -> Made | None:
    """Find where a constraint is written, in the statement that added it or made its table; None elsewhere."""
    step = ending.step(constraint.made, *_CONSTRAINING)
    if step is None or step.kind not in _CONSTRAINING or constraint.tree is None:
        return None
    return Made(step, clause(step.statement, constraint.tree))


def made_index(ending: Ending, index: Index) -> Made | None:
    """Find the CREATE INDEX that made an index; None if a constraint did, or it was there before."""
    if index.made is None or index.tree is None:
        return None
    steps = ending.at(index.made)
    step = next((each for each in steps if each.kind == "index_stmt"), None)
    return None if step is None else Made(step, head(step.statement))
