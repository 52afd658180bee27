"""Compile PL/pgSQL bodies as CREATE FUNCTION does, without the types that only a database knows.

The PL/pgSQL parser of libpg_query looks up types, but there is no catalog: it fails for arrays and for types of
other schemas. So it compiles a stand-in for the routine, with the same names and with `text`, `record` and the
few types that the grammar requires.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator
from typing import Any

import attrs

from schema_dsl.parsing.grammar import Node, Problem, build_problem, parse, strings
from schema_dsl.parsing.lexer import Token, blank_comments, has_closed_comments, tokens

_COMPILING = "compilation of PL/pgSQL function"
# %TYPE or %ROWTYPE, or (since Postgres 17) an array of %TYPE.
_COPIED_TYPE = re.compile(r"%(?:row)?type(?:array)?(?:\[\d*\])*$")
_DECLARE = re.compile(r"\bdeclare\b", re.IGNORECASE)
_LINE = re.compile(r"near line (\d+)")
# Messages of the compiler that are no syntax errors (SQLSTATE 42601), or that result from the missing catalog.
_NOT_SYNTAX = re.compile(
    r"^Not implemented|pseudo-type|cannot (?:accept|return) type|does not exist|is not a composite|"
    r"unrecognized exception condition|is declared CONSTANT|must have a default value|"
    r"trigger functions cannot have|must be of type cursor|could not determine|type .* is not|"
    r'^"[^"]+\.[^"]+\.[^"]+" is not a known variable|'
    r"cannot return|RETURN (?:NEXT )?cannot have|cannot use RETURN|unsupported"
)
_NOT_IN_LIST = "cannot be part of multiple-item INTO list"
_NOT_SCALAR = re.compile(r'"([^"]+)" is not a scalar variable')
# Types on which the grammar depends. `text` stands in for all others.
_GRAMMAR_TYPES = frozenset({"record", "refcursor"})
_GRAMMAR_RESULTS = frozenset({"void", "trigger", "event_trigger", "record"})
_OTHER_COMPOSITE = '"some composite"'
_TYPE_ENDS = frozenset({";", "collate", "not", "default", ":=", "="})
_OPENERS = frozenset({"declare", "begin"})
_MODES = {"FUNC_PARAM_OUT": "OUT ", "FUNC_PARAM_INOUT": "INOUT "}


@attrs.frozen
class BodyError:
    """The syntax error of a body.

    Attributes:
        problem: The problem; its offset is an offset in the body, or None if unknown.
        line: The approximate line, if the offset is unknown.
    """

    problem: Problem
    line: int = 0


def check_body(body: str, routine: Node | None = None) -> BodyError | None:
    """Compile a PL/pgSQL body like CREATE FUNCTION or DO.

    Args:
        body: The text between the quotes.
        routine: The `CreateFunctionStmt` of the body; None for a DO block.

    Returns:
        The syntax error (SQLSTATE 42601); None if there is none.
    """
    simplified, bad_type = _replace_types(body)
    if bad_type is not None:
        # The compiler would report an earlier error in the body first.
        return _compile(simplified, routine, body) or BodyError(bad_type)
    return _compile(simplified, routine, body)


def _compile(body: str, routine: Node | None, original: str) -> BodyError | None:
    tag = "$body$"
    while tag in body or (body + "$").endswith(tag[:-1] + "$"):
        tag = f"{tag[:-1]}_$"
    head = "DO " if routine is None else _build_header(routine, original)
    error = _call_compiler(f"{head}{tag}{body}{tag}")
    if error is not None and has_closed_comments(body):
        error = _call_compiler(f"{head}{tag}{blank_comments(body)}{tag}")
    if error is None:
        return None
    message, cursor, context = error
    if _COMPILING not in context or _NOT_SYNTAX.search(message):
        return None
    scalar = _NOT_SCALAR.match(message)
    mistaken = _has_fields(scalar[1], original) if scalar else _OTHER_COMPOSITE in head + body
    if mistaken and (scalar or _NOT_IN_LIST in message):
        # We guessed that the variable is composite; the field may belong to another variable of that name.
        return None
    line = _LINE.search(context)
    problem = build_problem(message, cursor)
    return BodyError(problem, int(line[1]) if line else 1)


def _call_compiler(sql: str) -> tuple[str, int, str] | None:
    """Call the PL/pgSQL parser directly and ignore its result, which is not always valid JSON."""
    native = _load_native()
    result = native.lib.pg_query_parse_plpgsql(sql.encode())
    try:
        if not result.error:
            return None
        error = result.error.contents
        return _decode(error.message), int(error.cursorpos), _decode(error.context)
    finally:
        native.lib.pg_query_free_plpgsql_parse_result(result)


def _decode(value: bytes | None) -> str:
    return value.decode(errors="replace") if value else ""


@functools.cache
def _load_native() -> Any:
    return importlib.import_module("postgast.native")


def _build_header(routine: Node, body: str) -> str:
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


def _choose_stand_in(declared: Node, name: str, body: str) -> str:
    names = strings(declared.names)
    if names and names[-1] in _GRAMMAR_TYPES and not declared.array_bounds:
        return names[-1]
    return _OTHER_COMPOSITE if _has_fields(name, body) else "text"


def _has_fields(name: str, body: str) -> bool:
    """Return whether the body accesses a field of the variable, so that its type is composite."""
    return (
        bool(name)
        and re.search(rf'(?<![\w."]){re.escape(name)}"?\s*\.\s*["\w]', body, re.IGNORECASE) is not None
    )


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if name else ""


def _replace_types(body: str) -> tuple[str, Problem | None]:
    """Replace the types in declarations by stand-ins; also return the first type with a syntax error."""
    pieces: list[str] = []
    done = 0
    problem: Problem | None = None
    for name, type_tokens in find_declared_types(body):
        start, end = type_tokens[0].start, type_tokens[-1].end
        words = [token.word for token in type_tokens]
        if problem is None:
            problem = _check_type(body[start:end], words, start)
        if words[-2:] == ["%", "rowtype"]:
            stand_in = "record"
        elif len(words) == 1 and words[0] in _GRAMMAR_TYPES:
            stand_in = words[0]
        else:
            stand_in = _OTHER_COMPOSITE if _has_fields(name, body) else "text"
        # Keep the line ends, so that the reported lines are right.
        pieces += [body[done:start], stand_in, "\n" * body.count("\n", start, end)]
        done = end
    pieces.append(body[done:])
    return "".join(pieces), problem


def _check_type(text: str, words: list[str], start: int) -> Problem | None:
    if _COPIED_TYPE.search("".join(words)):
        return None
    before = "SELECT CAST(NULL AS "
    parsed = parse(f"{before}{text})")
    if not isinstance(parsed, Problem):
        return None
    within = len(text) if parsed.offset is None else min(max(parsed.offset - len(before), 0), len(text))
    return attrs.evolve(parsed, offset=start + within)


def find_declared_types(body: str) -> Iterator[tuple[str, list[Token]]]:
    """Yield the names of the declared variables with the tokens of their types."""
    # The text after the last DECLARE section needs no tokens; most bodies have one section, at the start.
    sections = len(_DECLARE.findall(body))
    declaring = False
    pending: list[Token] = []
    for token in tokens(body) if sections else ():
        if not declaring:
            if not sections:
                return
            declaring = token.word == "declare" and token.kind == "word"
            sections -= declaring
        elif not pending and token.word in _OPENERS:
            declaring = token.word == "declare"
        elif token.word != ";":
            pending.append(token)
        else:
            yield from _read_declaration(pending)
            pending = []


def _read_declaration(declaration: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    if len(declaration) < 2:  # noqa: PLR2004 - a name and a type
        return
    name, rest = declaration[0].word.strip('"'), declaration[1:]
    if rest[0].word == "alias":
        return
    if any(token.word == "cursor" for token in rest[:3]):
        yield from _read_cursor_arguments(rest)
        return
    if rest[0].word == "constant":
        rest = rest[1:]
    depth = 0
    for index, token in enumerate(rest):
        depth += (token.word in "([") - (token.word in ")]") if token.kind == "bracket" else 0
        if depth == 0 and token.word in _TYPE_ENDS:
            rest = rest[:index]
            break
    if rest:
        yield name, rest


def _read_cursor_arguments(rest: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    depth = 0
    argument: list[Token] = []
    for token in rest:
        if token.word in {"for", "is"} and not depth:
            return
        depth += (token.word in "([") - (token.word in ")]") if token.kind == "bracket" else 0
        if (depth == 1 and token.word in {"(", ","}) or (depth == 0 and token.word == ")"):
            if len(argument) > 1:
                yield argument[0].word.strip('"'), argument[1:]
            argument = []
        elif depth:
            argument.append(token)
