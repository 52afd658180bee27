"""The grammar of Postgres. Only this module calls the parser."""

from __future__ import annotations

import contextlib
import ctypes
import enum
import functools
import importlib
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs

from schema_dsl.errors import ParseError
from schema_dsl.parsing.depth import MAX_DEPTH, find_excess_depth
from schema_dsl.parsing.lexer import blank_comments, has_closed_comments

# A protobuf message of libpg_query, with the fields of pg_query.proto. There are no useful static types for it. A slice
# of a repeated field is a list, so `for node in tree.args[:]` takes a third of the time of `for node in tree.args`.
Node: TypeAlias = Any

_NEAR = re.compile(r' at or near "(?P<token>.*)"$', re.DOTALL)
_LOOKS_AHEAD = re.compile(r"(?:not|nulls|with|without|format)\Z|'", re.IGNORECASE)


@attrs.frozen
class Problem:
    """The error of Postgres for SQL that does not parse.

    Attributes:
        message: The message of Postgres.
        offset: The offset of the error in the parsed text, in characters; None if Postgres reports no position.
        token: The token at the error; None at the end of the text.
        is_syntax: Whether it is a syntax error (SQLSTATE 42601), and not an error of names or types in a PL/pgSQL body.
    """

    message: str
    offset: int | None = None
    token: str | None = None
    is_syntax: bool = True


class SqlSyntaxError(ParseError):
    """SQL that the grammar of Postgres refuses. `problem` has the offset of the error in the given text."""

    def __init__(self, what: str, problem: Problem, *, instead: str | None = None) -> None:
        self.problem = problem
        super().__init__(what, instead=instead)


class ParseMode(enum.IntEnum):
    """The form of a text (Postgres: RawParseMode).

    Attributes:
        STATEMENTS: Any number of statements.
        EXPRESSION: An expression of PL/pgSQL: SELECT without the word SELECT. It is parsed as a SelectStmt.
        ASSIGNMENT: An assignment of PL/pgSQL, `target := expression`. It is parsed as a PLAssignStmt.
    """

    STATEMENTS = 0
    EXPRESSION = 2
    ASSIGNMENT = 3


def parse(text: str, mode: ParseMode = ParseMode.STATEMENTS) -> Node | Problem:
    """Parse a text.

    Returns:
        The ParseResult of libpg_query, or the problem. The problem is a value and not an exception, because lint
        parses thousands of texts that may be invalid.
    """
    result = _parse_text(text, mode)
    # libpg_query fails at a comment where the lexer of Postgres looks one token ahead. Retry without comments.
    if not isinstance(result, Problem) or not _LOOKS_AHEAD.match(result.token or ""):
        return result
    if not has_closed_comments(text):
        return result
    bare = blank_comments(text)
    retried = _parse_text(bare, mode)
    if isinstance(retried, Problem) and retried.offset is not None:
        before = bare[: retried.offset].encode()
        return attrs.evolve(retried, offset=len(text.encode()[: len(before)].decode(errors="ignore")))
    return retried


def _parse_text(text: str, mode: ParseMode) -> Node | Problem:
    deep = find_excess_depth(text)
    if deep is not None:
        return Problem(f"stack depth limit exceeded: more than {MAX_DEPTH:,} operators in a row", deep)
    postgast = _load_postgast()
    try:
        return postgast.parse(text) if mode is ParseMode.STATEMENTS else _parse_in_mode(text, mode)
    except postgast.PgQueryError as error:
        return build_problem(error.message, error.cursorpos)


# Many bodies have the same short expressions, such as NEW and now().
@functools.lru_cache(maxsize=1024)
def _parse_in_mode(text: str, mode: ParseMode) -> Node:
    """Parse as `postgast.parse` does, which always parses statements."""
    postgast, lib = _load_postgast(), _load_library()
    result = lib.pg_query_parse_protobuf_opts(text.encode(), mode)
    try:
        postgast.errors.check_error(result)
        tree = result.parse_tree
        return postgast.pg_query_pb2.ParseResult.FromString(ctypes.string_at(tree.data, tree.len))
    finally:
        lib.pg_query_free_protobuf_parse_result(result)


@functools.cache
def _load_library() -> Any:
    """Load libpg_query, and declare the function that parses in a mode, which postgast does not call."""
    lib = _load_postgast().native.lib
    lib.pg_query_parse_protobuf_opts.argtypes = [ctypes.c_char_p, ctypes.c_int]
    lib.pg_query_parse_protobuf_opts.restype = lib.pg_query_parse_protobuf.restype
    return lib


def deparse(tree: Node) -> str:
    """Format a ParseResult as SQL."""
    return str(_load_postgast().deparse(tree))


def format_tree(tree: Node, width: int) -> str:
    """Format a ParseResult as SQL on several lines, with types in upper case."""
    return str(_load_postgast().format_sql(tree, line_width=width))


@functools.cache
def _load_postgast() -> Any:
    # The import takes 125 ms, which `--help` does not need. It is by name, because the type stubs of postgast are
    # not valid Python (they have a field called `def`) and make mypy fail.
    postgast = importlib.import_module("postgast")
    # Protobuf limits nesting to 100 levels by default. Fifty `||` in a row, which Postgres accepts, exceed that.
    with contextlib.suppress(ImportError, AttributeError):
        importlib.import_module("google._upb._message").SetAllowOversizeProtos(True)  # noqa: FBT003
    return postgast


def build_problem(message: str, cursorpos: int) -> Problem:
    """Build a Problem from an error of libpg_query, with a cursor position that starts at 1 (0: no position)."""
    near = _NEAR.search(message)
    return Problem(message, cursorpos - 1 if cursorpos > 0 else None, near["token"] if near else None)


# Asking a message for the fields that it has takes as long as asking for six fields by name.
_FEW_FIELDS = 6


@functools.cache
def _list_message_fields(message: Any, leave_out: frozenset[str]) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Return the fields of a message that contain messages, without those with the names in `leave_out`.

    Returns:
        The oneof that all of them belong to, as in a Node and in A_Const, or ""; and without a oneof, the name of each
        field and whether it is repeated.
    """
    fields = [
        field
        for field in message.DESCRIPTOR.fields
        if field.message_type is not None and field.name not in leave_out
    ]
    oneofs = {field.containing_oneof for field in fields}
    if len(oneofs) == 1 and None not in oneofs:
        return oneofs.pop().name, ()
    return "", tuple((field.name, field.is_repeated) for field in fields)


def list_children(node: Node, leave_out: frozenset[str] = frozenset()) -> list[Node]:
    """Return the messages directly below a message, in the order of the fields; none of the fields in `leave_out`."""
    oneof, fields = _list_message_fields(node.__class__, leave_out)
    if oneof:
        kind = node.WhichOneof(oneof)
        return [getattr(node, kind)] if kind else []
    below: list[Node] = []
    if len(fields) <= _FEW_FIELDS:
        for name, is_repeated in fields:
            if is_repeated:
                below += getattr(node, name)[:]
            elif node.HasField(name):
                below.append(getattr(node, name))
        return below
    for field, value in node.ListFields():
        if field.message_type is None or field.name in leave_out:
            continue
        if field.is_repeated:
            below += value[:]
        else:
            below.append(value)
    return below


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and every message below it, parents first: expressions and single statements, not whole files."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if current.__class__.__name__ == "Node":
            kind = current.WhichOneof("node")
            if kind:
                pending.append(getattr(current, kind))
            continue
        below = list_children(current)
        below.reverse()
        pending += below


def unwrap(node: Node) -> Node:
    """Return the message inside a `Node`, the oneof in which libpg_query wraps every message."""
    if type(node).__name__ != "Node":
        return node
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else node


def strings(nodes: Any) -> tuple[str, ...]:
    """Return the values of a list of String nodes, such as a qualified name; A_Star becomes `*`."""
    # A list is built faster than a tuple of a generator, and few names are A_Star.
    return tuple([n.string.sval or ("*" if n.WhichOneof("node") == "a_star" else "") for n in nodes[:]])
