"""The real grammar of Postgres: the only place that calls its parser."""

from __future__ import annotations

import contextlib
import functools
import importlib
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs

from schema_dsl.errors import ParseError
from schema_dsl.parsing.lexer import has_closed_comments, without_comments

# A protobuf message of libpg_query. They carry no useful static types: fields are as in pg_query.proto.
Node: TypeAlias = Any

_NEAR = re.compile(r' at or near "(?P<token>.*)"$', re.DOTALL)
_LOOKS_AHEAD = re.compile(r"(?:not|nulls|with|without|format)\Z|'", re.IGNORECASE)


@attrs.frozen
class Problem:
    """Why a piece of SQL does not parse, in the words of Postgres.

    `offset` counts characters from the start of the text that was parsed. It is None where Postgres names
    no place. `token` is the text the parser stumbled over, None at the end of the input.
    """

    message: str
    offset: int | None = None
    token: str | None = None


class SqlSyntaxError(ParseError):
    """SQL that the Postgres grammar refuses; `problem` says where, counted in the text that was given."""

    def __init__(self, what: str, problem: Problem, *, instead: str | None = None) -> None:
        self.problem = problem
        super().__init__(what, instead=instead)


def parse(text: str) -> Node | Problem:
    """Parse `text`, any number of statements.

    Returns:
        libpg_query's ParseResult, or the problem. Problems are a value, not an exception: a linter
        meets them by the thousand.
    """
    found = _parsed(text)
    # Where Postgres looks a word ahead, libpg_query stumbles over comments, over that word or a string.
    if not isinstance(found, Problem) or not _LOOKS_AHEAD.match(found.token or ""):
        return found
    if not has_closed_comments(text):
        return found
    bare = without_comments(text)
    again = _parsed(bare)
    if isinstance(again, Problem) and again.offset is not None:
        before = bare[: again.offset].encode()
        return attrs.evolve(again, offset=len(text.encode()[: len(before)].decode(errors="ignore")))
    return again


def _parsed(text: str) -> Node | Problem:
    postgast = _postgast()
    try:
        return postgast.parse(text)
    except postgast.PgQueryError as error:
        return problem_of(error.message, error.cursorpos)


def deparse(tree: Node) -> str:
    """Write a ParseResult as SQL again."""
    return str(_postgast().deparse(tree))


@functools.cache
def _postgast() -> Any:
    # Loading costs 125 ms, which `--help` does not owe. By name, as its type stubs are not valid Python
    # (a field called `def`) and stop mypy.
    postgast = importlib.import_module("postgast")
    # Protobuf reads 100 levels of nesting unless told otherwise: fifty `||` in a row, which Postgres takes.
    with contextlib.suppress(ImportError, AttributeError):
        importlib.import_module("google._upb._message").SetAllowOversizeProtos(True)  # noqa: FBT003
    return postgast


def problem_of(message: str, cursorpos: int) -> Problem:
    """Read an error of libpg_query, whose cursor counts characters from 1, and 0 means nowhere."""
    near = _NEAR.search(message)
    return Problem(message, cursorpos - 1 if cursorpos > 0 else None, near["token"] if near else None)


def walk(node: Node) -> Iterator[Node]:
    """Yield every message below `node` and itself, parents first, in the order of the fields.

    Generic field access is slow (about 2 µs a field): walk expressions and single statements, not files.
    """
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        below = []
        for field, value in current.ListFields():
            if field.message_type is None:
                continue
            if field.is_repeated:
                below.extend(value)
            else:
                below.append(value)
        pending.extend(reversed(below))


def unwrap(node: Node) -> Node:
    """Give the message inside a `Node`, the oneof that libpg_query wraps around everything."""
    if node.DESCRIPTOR.name != "Node":
        return node
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else node


def kind_of(node: Node) -> str:
    """Name what a node is, as in pg_query.proto: `CreateStmt`, `ColumnRef`."""
    return str(unwrap(node).DESCRIPTOR.name)


def strings(nodes: Any) -> tuple[str, ...]:
    """Read a list of String nodes, such as a qualified name; `*` stands for A_Star."""
    return tuple("*" if n.WhichOneof("node") == "a_star" else n.string.sval for n in nodes)
