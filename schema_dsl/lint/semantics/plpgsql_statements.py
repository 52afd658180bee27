"""Find errors in each execution of a statement of PL/pgSQL itself: RAISE, FOREACH, cursors, handlers and RETURN.

Postgres accepts such a body when it creates the routine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import attrs

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import Signature, find_functions, format_type
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.literals import literal_error
from schema_dsl.analysis.trees import enumeration, single_value
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.parsing import QUERY_KINDS, Node, Statement, list_functions_in
from schema_dsl.parsing.bodies import Body, find_body
from schema_dsl.parsing.body_syntax import is_condition
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

RULE = "function-definition"
# The parts of a statement that decide whether it runs each time.
_BRANCHES = frozenset({"if", "case", "loop", "while", "for", "foreach"})
_CURSORS = frozenset({"fetch", "move", "close"})
_LEVELS = frozenset({"debug", "log", "info", "notice", "warning", "exception"})
# Pseudo-types whose functions return nothing, or that a call decides.
_WITHOUT_VALUE = frozenset({"void", "event_trigger"})


@attrs.frozen
class _Surroundings:
    """The surroundings of a statement.

    Attributes:
        is_handler: Whether an exception handler is around the statement.
        is_certain: Whether the statement runs each time.
    """

    is_handler: bool = False
    is_certain: bool = True


class _BodyContext(NamedTuple):
    schema: HistorySchema
    body: Body
    types: Mapping[str, str | None]
    result: Signature
    closed: frozenset[str]
    not_null: frozenset[str]


def find_statement_errors(
    schema: HistorySchema,
    statement: Statement,
    body: RoutineBody,
    types: Mapping[str, str | None],
    result: Signature,
) -> Iterator[SemanticError]:
    """Yield the errors of the statements of PL/pgSQL in a body.

    An error is certain if the statement runs in each execution of the body. The statements of a block with handlers are
    left out, because a handler may expect the error.

    Args:
        schema: The state in which the body runs.
        statement: The CREATE FUNCTION or DO.
        body: Its body.
        types: The types of variables and parameters.
        result: The signature of the routine; a DO block returns void.
    """
    found = find_body(statement)
    if found is None or not body.code.nodes:
        return
    closed = _find_closed_cursors(found, body)
    context = _BodyContext(schema, found, types, result, closed, _find_not_null(found, body))
    yield from _find_errors(context, body.code.nodes[:1], _Surroundings())
    if result.kind == "f" and _lacks_return(body.code.nodes, result):
        where = "trigger procedure" if result.returns == "trigger" else "function"
        message = f"control reached end of {where} without RETURN"
        yield SemanticError(RULE, message, "Add a RETURN.", -2 - statement.start)


def _find_errors(
    context: _BodyContext, nodes: Sequence[PlpgsqlNode], around: _Surroundings
) -> Iterator[SemanticError]:
    for node in nodes:
        check = _CHECKS.get(node.keyword.split()[0])
        error = None if check is None else check(context, node, around)
        if error is not None:
            location = error.location if error.location < -1 else -2 - node.start
            yield attrs.evolve(error, location=location, certain=error.certain and around.is_certain)
        has_handlers = any(child.keyword == "exception" for child in node.children)
        inside = attrs.evolve(around, is_certain=around.is_certain and node.keyword not in _BRANCHES)
        for child in node.children:
            if child.keyword == "exception":
                yield from _find_errors(
                    context, child.children, attrs.evolve(around, is_handler=True, is_certain=False)
                )
            elif child.keyword == "declare":
                yield from _find_errors(context, (child,), around)
            elif not (has_handlers and child.keyword == "begin"):
                yield from _find_errors(context, child.children, inside)


def _read_words(context: _BodyContext, node: PlpgsqlNode) -> list[Token]:
    start = context.body.start
    return list(tokens(context.body.text[node.start - start : node.end - start]))


def _check_raise(context: _BodyContext, node: PlpgsqlNode, around: _Surroundings) -> SemanticError | None:
    start = context.body.start
    text = context.body.text[node.start - start : node.end - start]
    named = [name.lower() for name in _OPTION.findall(text)]
    is_bare = not node.sql and len(text.split()) <= _WORDS_OF_BARE_RAISE
    if is_bare and node.keyword == "raise exception" and not around.is_handler:
        words = [each.word for each in _read_words(context, node)]
        if words in (["raise"], ["raise", ";"]):
            message = "RAISE without parameters cannot be used outside an exception handler"
            return SemanticError(RULE, message, "Write a message: RAISE EXCEPTION 'text'.")
    # Few statements name an option twice, or an option that the words before USING give.
    may_repeat = len(set(named)) < len(named) or "message" in named or "errcode" in named
    found = _find_repeated_option(context, node) if may_repeat else None
    return found or (_find_unknown_condition(context, node) if "errcode" in named else None)


def _find_repeated_option(context: _BodyContext, node: PlpgsqlNode) -> SemanticError | None:
    words = _read_words(context, node)[1:]
    words = words[1:] if words and words[0].word in _LEVELS else words
    using = next((at for at, each in enumerate(words) if each.word == "using" and each.kind == "word"), None)
    if using is None:
        return None
    given = set() if using == 0 else {"message" if words[0].kind == "string" else "errcode"}
    depth = 0
    for before, each, after in zip(words[using:], words[using + 1 :], words[using + 2 :], strict=False):
        depth += (each.word in {"(", "["}) - (each.word in {")", "]"})
        if depth or before.word not in {"using", ","} or after.word not in {"=", ":="}:
            continue
        if each.word in given:
            message = f"RAISE option already specified: {each.word.upper()}"
            return SemanticError(RULE, message, "Give each option once; a text after RAISE is the MESSAGE.")
        given.add(each.word)
    return None


def _find_unknown_condition(context: _BodyContext, node: PlpgsqlNode) -> SemanticError | None:
    """Return the error of ERRCODE with a constant that is neither a code nor the name of a condition."""
    for sql in node.sql:
        end = sql.start - context.body.start
        before = context.body.text[max(0, end - _NEAR) : end].rstrip().rstrip(":=").rstrip()
        if not before.lower().endswith("errcode"):
            continue
        value = single_value(sql.statement.tree) if sql.statement.kind == "select_stmt" else None
        text = value.a_const.sval.sval if value is not None else ""
        is_code = len(text) == _CODE_LENGTH and text.isalnum() and text == text.upper()
        if text and not is_code and not is_condition(text):
            location = -2 - sql.start
            return SemanticError(RULE, f'unrecognized exception condition "{text}"', location=location)
    return None


_CODE_LENGTH = 5
_WORDS_OF_BARE_RAISE = 2
# The name of an option is so near before its value.
_NEAR = 40
_OPTION = re.compile(
    r"\b(message|detail|hint|errcode|column|constraint|datatype|table|schema)\s*:?=", re.IGNORECASE
)


def _check_foreach(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    if not node.sql:
        return None
    words = [token.word for token in _read_words(context, node)]
    before = words[: words.index("in")] if "in" in words else []
    size = int(before[-1]) if before[-2:-1] == ["slice"] and before[-1].isdigit() else 0
    kind = base_type(context.schema, context.types.get(node.names[0])) if len(node.names) == 1 else None
    statement = node.sql[-1].statement
    value = single_value(statement.tree) if statement.kind == "select_stmt" else None
    dimensions = 0 if value is None else _count_dimensions(value)
    message, remedy = "", ""
    if kind is not None and size and not kind.endswith("[]"):
        message = "FOREACH ... SLICE loop variable must be of an array type"
        remedy = f"Declare {node.names[0]} as {format_type(kind)}[]."
    elif kind is not None and not size and kind.endswith("[]"):
        message = "FOREACH loop variable must not be of an array type"
        remedy = "Write SLICE 1, or declare the variable as an element."
    elif value is not None and _is_null(value):
        message = "FOREACH expression must not be null"
    elif dimensions and size > dimensions:
        message = f"slice dimension ({size}) is out of the valid range 0..{dimensions}"
    return SemanticError(RULE, message, remedy) if message else None


def _is_null(node: Node) -> bool:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return bool(node.a_const.isnull) if node.HasField("a_const") else False


def _count_dimensions(node: Node) -> int:
    """Return the number of dimensions of ARRAY[...]; 0 for another expression."""
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    if not node.HasField("a_array_expr") or not node.a_array_expr.elements:
        return 0
    inner = node.a_array_expr.elements[0]
    return 1 + _count_dimensions(inner) if inner.HasField("a_array_expr") else inner.HasField("a_const")


def _check_for(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    """Return the error of a bound of a FOR over integers that is no number."""
    bounds = node.sql[1:3]
    if len(bounds) < 2 or any(sql.role is not SqlRole.EXPRESSION for sql in bounds):  # noqa: PLR2004 - a range
        return None
    between = context.body.text[bounds[0].end - context.body.start : bounds[1].start - context.body.start]
    for name, sql in zip(("lower", "upper"), bounds if ".." in between else (), strict=False):
        value = single_value(sql.statement.tree) if sql.statement.kind == "select_stmt" else None
        if value is not None and _is_null(value):
            return SemanticError(RULE, f"{name} bound of FOR loop cannot be null", location=-2 - sql.start)
        if value is not None and value.a_const.HasField("sval"):
            message = literal_error(context.schema, value.a_const.sval.sval, "int4")
            if message is not None:
                return SemanticError("type-mismatch", message, location=-2 - sql.start)
    return None


def _check_get(context: _BodyContext, node: PlpgsqlNode, around: _Surroundings) -> SemanticError | None:
    words = [each.word for each in _read_words(context, node)[:2]]
    if words[1:] != ["stacked"] or around.is_handler:
        return None
    return SemanticError(RULE, "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")


def _check_end_of_transaction(
    context: _BodyContext, node: PlpgsqlNode, _: _Surroundings
) -> SemanticError | None:
    if context.result.kind != "f" or context.result.returns is None:
        return None
    remedy = "Make the routine a procedure, and run it with CALL."
    return SemanticError(
        RULE, f"{node.keyword.upper()} in a function: invalid transaction termination", remedy
    )


def _check_declaration(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    if not node.sql or not node.type or node.sql[0].statement.kind != "select_stmt":
        return None
    value = single_value(node.sql[0].statement.tree)
    if value is None or not _is_null(value) or not _is_not_null(context.body, node):
        return None
    message = f'null value cannot be assigned to variable "{node.names[0]}" declared NOT NULL'
    return SemanticError(RULE, message, location=-2 - node.sql[0].start)


def _is_not_null(body: Body, node: PlpgsqlNode) -> bool:
    """Return whether a variable with a default is declared NOT NULL."""
    if not node.sql or not node.type:
        return False
    between = body.text[node.type_start + len(node.type) : node.sql[0].start - body.start]
    return "not null" in " ".join(between.lower().split())


def _check_assign(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    """Return the error of NULL for a variable that is NOT NULL."""
    statement = node.sql[0].statement if context.not_null and node.sql else None
    if statement is None or statement.kind != "plassign_stmt" or statement.tree.indirection:
        return None
    value = single_value(statement.tree.val)
    if value is None or not _is_null(value) or statement.tree.name not in context.not_null:
        return None
    message = f'null value cannot be assigned to variable "{statement.tree.name}" declared NOT NULL'
    return SemanticError(RULE, message, location=-2 - node.sql[0].start)


def _check_return(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    result = context.result
    if node.keyword == "return query" or len(node.sql) != 1 or result.kind != "f" or result.columns:
        return None
    statement = node.sql[0].statement
    value = single_value(statement.tree) if statement.kind == "select_stmt" else None
    if value is None or not value.a_const.HasField("sval"):
        return None
    message = literal_error(context.schema, value.a_const.sval.sval, result.returns)
    return None if message is None else SemanticError("type-mismatch", message, location=-2 - statement.start)


def _check_statement(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    """Return the error of a statement that a function that is not VOLATILE may not run."""
    if context.result.volatility == "v" or context.result.kind != "f":
        return None
    for sql in node.sql:
        if sql.role in {SqlRole.STATEMENT, SqlRole.QUERY} and sql.statement.kind:
            refused = find_refused_command(sql.statement)
            if refused:
                message = f"{refused} is not allowed in a non-volatile function"
                return SemanticError(RULE, message, "Declare the function as VOLATILE.", -2 - sql.start)
    return None


def find_refused_command(statement: Statement) -> str:
    """Return the command of a statement that no function may run that is not VOLATILE; "" if it may."""
    if statement.kind not in QUERY_KINDS:
        words = [each.word.upper() for each in tokens(statement.text)][:2]
        return " ".join(words if words[:1] in (["CREATE"], ["ALTER"], ["DROP"]) else words[:1])
    if statement.kind != "select_stmt":
        return statement.kind.removesuffix("_stmt").upper()
    for query in statement.tree.with_clause.ctes if statement.tree.HasField("with_clause") else ():
        kind: str = query.common_table_expr.ctequery.WhichOneof("node")
        if kind != "select_stmt":
            return kind.removesuffix("_stmt").upper()
    if statement.tree.locking_clause:
        strength = enumeration("LockClauseStrength")[statement.tree.locking_clause[0].locking_clause.strength]
        return f"SELECT {strength.removeprefix('LCS_').replace('FOR', 'FOR ')}"
    return ""


def _find_closed_cursors(found: Body, body: RoutineBody) -> frozenset[str]:
    """Return the cursors that a body declares, and then names only in FETCH, MOVE and CLOSE."""
    used = [node for node in body.code.nodes if node.keyword in _CURSORS]
    declared = {node.names[0] for node in body.declarations if node.type.strip().lower() in {"", "refcursor"}}
    if not used or not declared:
        return frozenset()
    words = Counter(token.word for token in tokens(found.text))
    for node in used:
        words.subtract(
            token.word for token in tokens(found.text[node.start - found.start : node.end - found.start])
        )
    return frozenset(name for name in declared if words[name] == 1)


def _find_not_null(found: Body, body: RoutineBody) -> frozenset[str]:
    """Return the variables that a body declares NOT NULL, and under no other type."""
    if "not null" not in found.text.lower():
        return frozenset()
    counts = Counter(node.names[0] for node in body.declarations)
    declared = (node.names[0] for node in body.declarations if _is_not_null(found, node))
    return frozenset(name for name in declared if counts[name] == 1)


def _check_cursor(context: _BodyContext, node: PlpgsqlNode, _: _Surroundings) -> SemanticError | None:
    names = [token.word for token in _read_words(context, node)] if context.closed else []
    name = names[(names.index("into") if "into" in names else len(names)) - 1] if names else ""
    if name not in context.closed:
        return None
    return SemanticError(RULE, f'cursor variable "{name}" is null', f"OPEN {name} first.")


def _lacks_return(nodes: Sequence[PlpgsqlNode], result: Signature) -> bool:
    """Return whether a function that must return a value contains no RETURN, and reaches its end."""
    if result.returns in {None, *_WITHOUT_VALUE} or result.returns_set or result.columns:
        return False
    if any(node.keyword.startswith("return") for node in nodes):
        return False
    return _reaches_end(nodes[0])


def _reaches_end(block: PlpgsqlNode) -> bool:
    """Return whether the statements of a block without RETURN may end otherwise than by an error."""
    for child in block.children:
        if child.keyword == "exception" or (child.keyword != "begin" and child.children):
            return False
    statements = next((child.children for child in block.children if child.keyword == "begin"), ())
    # A body without statements is a stand-in for one to come.
    return any(node.keyword != "null" for node in statements) and not any(
        _may_not_return(each) for node in statements for each in node.walk()
    )


def _may_not_return(node: PlpgsqlNode) -> bool:
    """Return whether a statement may always raise an exception, or never end."""
    if node.keyword == "perform":
        called = (
            name for sql in node.sql for name in list_functions_in(sql.statement.tree) if sql.statement.kind
        )
        return any(not find_functions(name) for _, name in called)
    return node.keyword in {"raise exception", "assert", "loop", "while", "execute"}


_CHECKS: dict[str, Callable[[_BodyContext, PlpgsqlNode, _Surroundings], SemanticError | None]] = {
    "raise": _check_raise,
    "foreach": _check_foreach,
    "for": _check_for,
    "get": _check_get,
    "commit": _check_end_of_transaction,
    "rollback": _check_end_of_transaction,
    "declare": _check_declaration,
    "return": _check_return,
    "assign": _check_assign,
    "sql": _check_statement,
    **dict.fromkeys(_CURSORS, _check_cursor),
}
