"""The functions and procedures that a statement runs once: SELECT f(), PERFORM f(), CALL p(), or in a DO block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from schema_dsl.analysis.bodies import read_body
from schema_dsl.lint.facts.bodies import find_called_routines, find_routine_of_call
from schema_dsl.lint.facts.cache import cached_for_step
from schema_dsl.lint.history.schema import HistorySchema, Routine
from schema_dsl.lint.rule import HistoryStep
from schema_dsl.parsing import Node, Statement, walk
from schema_dsl.parsing.plpgsql_tree import SqlRole

CALLING_KINDS: Final = frozenset({"select_stmt", "call_stmt", "do_stmt"})
_EVALUATED: Final = frozenset({SqlRole.ASSIGNMENT, SqlRole.EXPRESSION})
_NAME: Final = re.compile(r"(?:([\w$]+)\.)?([\w$]+)$")
# A name in quotes or with spaces around its dot, a comment, and a letter that Postgres does not fold as Python does.
_NOT_PLAIN: Final = re.compile(r'["\x80-\U0010ffff]|--|/\*|\s\.|\.\s')


class CalledRoutine(NamedTuple):
    """A routine that a statement runs.

    Attributes:
        name: The routine that the statement names.
        routine: That routine, or one that it calls.
        statement: The statement or expression with the call.
    """

    name: str
    routine: Routine
    statement: Statement


@cached_for_step
def list_called_routines(step: HistoryStep) -> tuple[CalledRoutine, ...]:
    """Return the routines with a body that a statement runs, except those that end transactions themselves."""
    is_calling = step.kind in CALLING_KINDS and _may_call(step.schema, step.statement.text)
    return tuple(_find_called_routines(step)) if is_calling else ()


def _find_called_routines(step: HistoryStep) -> Iterator[CalledRoutine]:
    for statement, call in _list_calls(step):
        first = find_routine_of_call(step.schema, call)
        if first is None or first.created_at is None:
            continue
        found = list(find_called_routines(step.schema, first))
        nodes = (node for each in found if each.body is not None for node in each.body.code.nodes)
        if not any(node.keyword == "commit" for node in nodes):
            yield from (CalledRoutine(first.name, each, statement) for each in found if each.body is not None)


def _may_call(schema: HistorySchema, text: str) -> bool:
    """Return whether a text may call a routine of the history: reading the trees takes longer."""
    if not schema.routines:
        return False
    if _NOT_PLAIN.search(text):
        return True
    before = (part.rsplit(None, 1)[-1:] for part in text.lower().split("(")[:-1])
    found = (_NAME.search(word) for words in before for word in words)
    return any(next(schema.find_routines(name[1] or "", name[2]), None) for name in found if name is not None)


def _list_calls(step: HistoryStep) -> Iterator[tuple[Statement, Node]]:
    if step.kind == "call_stmt":
        yield step.statement, step.tree.funccall
    elif step.kind == "select_stmt":
        yield from ((step.statement, call) for call in _list_selected(step.tree))
    else:
        body = read_body(step.statement)
        for part in body.parts if body is not None else ():
            tree = part.statement.tree if part.role in _EVALUATED and part.statement.kind else None
            if tree is not None:
                select = tree.val if part.role is SqlRole.ASSIGNMENT else tree
                yield from ((part.statement, call) for call in _list_selected(select))


def _list_selected(select: Node) -> Iterator[Node]:
    """Yield the calls in the results of a SELECT without FROM."""
    if not select.from_clause:
        for target in select.target_list:
            yield from (node for node in walk(target) if node.DESCRIPTOR.name == "FuncCall")
