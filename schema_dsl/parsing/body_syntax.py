"""Compile PL/pgSQL bodies as CREATE FUNCTION does, without the types that only a database knows.

The PL/pgSQL parser of libpg_query looks up types, but there is no catalog: it fails for arrays and for types of
other schemas. So it compiles a stand-in for the routine, with the same names and with `text`, `record` and the
few types that the grammar requires.
"""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

import attrs

from schema_dsl.parsing.bodies import Body, find_body
from schema_dsl.parsing.copied_type import read_copied_type
from schema_dsl.parsing.grammar import Node, Problem, build_problem, parse, strings
from schema_dsl.parsing.lexer import blank_comments, has_closed_comments, tokens
from schema_dsl.parsing.lines import Lines
from schema_dsl.parsing.statements import Statement, remember

_COMPILING = "compilation of PL/pgSQL function"
_LINE = re.compile(r"near line (\d+)")
_NAME = re.compile("[a-z_]+")
_NAMED = re.compile(r'"([^"]+)" is ')
# The compiler reports the line of the statement before the error, or of the token after it.
_LINES_BEFORE, _LINES_AFTER = 1, 3
# Messages of the compiler that are no syntax errors (SQLSTATE 42601), or that result from the missing catalog.
_NOT_SYNTAX = re.compile(
    r"^Not implemented|pseudo-type|cannot (?:accept|return) type|does not exist|is not a composite|"
    r"could not determine|type .* is not|"
    r'^"[^"]+\.[^"]+\.[^"]+" is not a known variable|'
    r"cannot return|RETURN (?:NEXT )?cannot have|cannot use RETURN|unsupported"
)
# Messages of the compiler with other SQLSTATEs, which no type changes, except for that of a cursor.
_NO_CURSOR = re.compile(r'variable "([^"]+)" must be of type cursor or refcursor')
_REFUSED = re.compile(
    rf'{_NO_CURSOR.pattern}|variable "[^"]+" (?:is declared CONSTANT|must have a default value|does not exist)|'
    r"unrecognized exception condition|trigger functions cannot have declared arguments"
)
_NOT_IN_LIST = "cannot be part of multiple-item INTO list"
_NOT_SCALAR = re.compile(r'"([^"]+)" is not a scalar variable')
# Types on which the grammar depends. `text` stands in for all others.
_GRAMMAR_TYPES = frozenset({"record", "refcursor"})
_SCALARS = frozenset(
    {
        *("text", "varchar", "int", "integer", "int4", "bigint", "int8", "smallint", "int2", "numeric"),
        *("bool", "boolean", "uuid", "date", "timestamptz", "record"),
    }
)
_GRAMMAR_RESULTS = frozenset({"void", "trigger", "event_trigger", "record"})
_OTHER_COMPOSITE = '"some composite"'
_MODES = {"FUNC_PARAM_OUT": "OUT ", "FUNC_PARAM_INOUT": "INOUT "}


@remember
def find_body_problem(statement: Statement) -> Problem | None:
    """Return the error of the PL/pgSQL body in a statement; see `check_body`. None if there is no such body."""
    body = find_body(statement)
    if body is None or body.language != "plpgsql":
        return None
    return check_body(body, statement.tree if statement.kind == "create_function_stmt" else None)


def check_body(body: Body, routine: Node | None = None) -> Problem | None:
    """Compile a PL/pgSQL body like CREATE FUNCTION or DO.

    Args:
        body: The body.
        routine: The `CreateFunctionStmt` of the body; None for a DO block.

    Returns:
        The error, with its most likely offset in the file; None if there is none.
    """
    if routine is None and body.code.is_sql:
        return None
    simplified, bad_type = _replace_types(body)
    # The compiler reports an error before the bad type first.
    return _compile(simplified, routine, body) or bad_type


def _compile(text: str, routine: Node | None, body: Body) -> Problem | None:
    tag = "$body$"
    while tag in text or (text + "$").endswith(tag[:-1] + "$"):
        tag = f"{tag[:-1]}_$"
    head = "DO " if routine is None else _build_header(routine, body)
    error = _call_compiler(f"{head}{tag}{text}{tag}")
    if error is not None and has_closed_comments(text):
        error = _call_compiler(f"{head}{tag}{blank_comments(text)}{tag}")
    if error is None:
        return None
    message, context = error
    is_syntax = not _REFUSED.match(message)
    if _COMPILING not in context or (is_syntax and _NOT_SYNTAX.search(message)):
        return None
    no_cursor = _NO_CURSOR.match(message)
    if no_cursor and not _is_scalar(no_cursor[1], routine, body):
        return None
    scalar = _NOT_SCALAR.match(message)
    mistaken = _has_fields(scalar[1], body) if scalar else _OTHER_COMPOSITE in head + text
    if mistaken and (scalar or _NOT_IN_LIST in message):
        # We guessed that the variable is composite; the field may belong to another variable of that name.
        return None
    line = _LINE.search(context)
    problem = attrs.evolve(build_problem(message, 0), is_syntax=is_syntax)
    return _locate(problem, int(line[1]) if line else 1, body)


def _is_scalar(name: str, routine: Node | None, body: Body) -> bool:
    """Return whether all variables and parameters of a name have a builtin type that is no cursor."""
    kinds = [node.type.strip().lower() for node in body.code.nodes if node.names[:1] == (name,) and node.type]
    for wrapped in routine.parameters if routine is not None else ():
        parameter = wrapped.function_parameter
        kinds += strings(parameter.arg_type.names)[-1:] if parameter.name == name else ()
    return bool(kinds) and _SCALARS.issuperset(kinds)


def _locate(problem: Problem, line: int, body: Body) -> Problem:
    """Return the problem with an offset. The compiler reports only a token and an approximate line."""
    lines = Lines(body.text)
    # The compiler skips an empty first line when it counts lines.
    line += body.text[:2].lstrip("\r").startswith("\n")
    window = (
        body.start + lines.offset(max(1, line - _LINES_BEFORE)),
        body.start
        + (lines.offset(line + _LINES_AFTER) if line + _LINES_AFTER <= len(lines) else len(body.text)),
    )
    exact = body.start + lines.offset(line)
    near = [
        sql for node in body.code.nodes for sql in node.sql if sql.end > window[0] and sql.start < window[1]
    ]
    # SQL that ends before the reported line is least likely.
    for sql in sorted(near, key=lambda sql: sql.end <= exact):
        refused = sql.statement.problem
        if refused is not None and refused.message == problem.message:
            return refused
    offset = _find_token(problem, body, window, exact)
    return attrs.evolve(problem, offset=exact if offset is None else offset)


def _find_token(problem: Problem, body: Body, window: tuple[int, int], exact: int) -> int | None:
    match = _NAMED.match(problem.message)
    word = problem.token or (match[1].split(".")[0] if match else "")
    places = [
        body.start + token.start
        for token in tokens(body.text)
        if token.word.strip('"') == word.lower().strip('"')
        and window[0] <= body.start + token.start < window[1]
    ]
    if problem.message.startswith("duplicate declaration"):
        # The first declaration is valid.
        places = places[1:]
    return next((place for place in places if place >= exact), places[-1] if places else None)


@functools.lru_cache(maxsize=256)
def is_condition(name: str) -> bool:
    """Return whether a name is one of a condition, as RAISE and EXCEPTION WHEN take."""
    return _NAME.fullmatch(name) is not None and _call_compiler(f"DO $$BEGIN RAISE {name}; END$$") is None


def _call_compiler(sql: str) -> tuple[str, str] | None:
    """Return the message and the context of an error; None if the text compiles."""
    native = _load_native()
    result = native.lib.pg_query_parse_plpgsql(sql.encode())
    try:
        if not result.error:
            return None
        error = result.error.contents
        return _decode(error.message), _decode(error.context)
    finally:
        native.lib.pg_query_free_plpgsql_parse_result(result)


def _decode(value: bytes | None) -> str:
    return value.decode(errors="replace") if value else ""


@functools.cache
def _load_native() -> Any:
    return importlib.import_module("postgast.native")


def _build_header(routine: Node, body: Body) -> str:
    ins: list[str] = []
    columns: list[str] = []
    outs = 0
    modes = routine.DESCRIPTOR.file.enum_types_by_name["FunctionParameterMode"].values_by_number
    for wrapped in routine.parameters:
        parameter = wrapped.function_parameter
        mode = modes[parameter.mode].name
        declared = f"{_quote(parameter.name)} {_choose_stand_in(parameter.arg_type, parameter.name, body)}"
        if mode == "FUNC_PARAM_TABLE":
            columns.append(declared)
        else:
            outs += mode in _MODES
            ins.append(_MODES.get(mode, "") + declared)
    name = _quote(strings(routine.funcname)[-1])
    kind = "PROCEDURE" if routine.is_procedure else "FUNCTION"
    returns = _build_returns(routine, columns, outs)
    return f"CREATE {kind} {name}({', '.join(ins)}) {returns} LANGUAGE plpgsql AS "


def _build_returns(routine: Node, columns: list[str], outs: int) -> str:
    if routine.is_procedure:
        return ""
    if columns:
        return f"RETURNS TABLE ({', '.join(columns)})"
    if not routine.HasField("return_type"):
        return ""
    declared = routine.return_type
    many = "SETOF " if declared.setof else ""
    if outs:
        return f"RETURNS {many}{'record' if outs > 1 else 'text'}" if many else ""
    name = strings(declared.names)[-1]
    known = name in _GRAMMAR_RESULTS and not declared.array_bounds
    return f"RETURNS {many}{name if known else 'text'}"


def _choose_stand_in(declared: Node, name: str, body: Body) -> str:
    names = strings(declared.names)
    if names and names[-1] in _GRAMMAR_TYPES and not declared.array_bounds:
        return names[-1]
    return _OTHER_COMPOSITE if _has_fields(name, body) else "text"


def _has_fields(name: str, body: Body) -> bool:
    """Return whether the body accesses a field of the variable, so that its type is composite."""
    return name.lower() in body.qualifiers


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if name else ""


def _replace_types(body: Body) -> tuple[str, Problem | None]:
    """Replace the types in declarations by stand-ins; also return the first type with a syntax error."""
    pieces: list[str] = []
    done = 0
    problem: Problem | None = None
    for declaration in body.code.nodes:
        if not declaration.type:
            continue
        start, end = declaration.type_start, declaration.type_start + len(declaration.type)
        words, bad_type = _read_type(declaration.type)
        if problem is None and bad_type is not None:
            problem = attrs.evolve(bad_type, offset=body.start + start + (bad_type.offset or 0))
        if words[-2:] == ("%", "rowtype"):
            stand_in = "record"
        elif len(words) == 1 and words[0] in _GRAMMAR_TYPES:
            stand_in = words[0]
        else:
            stand_in = _OTHER_COMPOSITE if _has_fields(declaration.names[0], body) else "text"
        # Keep the line ends, so that the reported lines are right.
        pieces += [body.text[done:start], stand_in, "\n" * body.text.count("\n", start, end)]
        done = end
    pieces.append(body.text[done:])
    return "".join(pieces), problem


@functools.lru_cache(maxsize=1024)
def _read_type(text: str) -> tuple[tuple[str, ...], Problem | None]:
    """Return the words of a type, and its syntax error."""
    words = tuple(token.word for token in tokens(text))
    if read_copied_type(text) is not None:
        return words, None
    before = "SELECT CAST(NULL AS "
    parsed = parse(f"{before}{text})")
    if not isinstance(parsed, Problem):
        return words, None
    within = len(text) if parsed.offset is None else min(max(parsed.offset - len(before), 0), len(text))
    return words, attrs.evolve(parsed, offset=within)
