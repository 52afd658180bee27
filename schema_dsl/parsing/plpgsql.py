"""PL/pgSQL as Postgres reads it when a routine is created, without the types that only a database knows.

The parser of libpg_query looks types up, and there is no database: arrays, and types of other schemas, make
it give up. So it is given a stand-in for the routine, with the same names and only `text`, `record` and the
few types that the grammar itself asks for.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator
from typing import Any

import attrs

from schema_dsl.parsing.grammar import Node, Problem, parse, problem_of, strings
from schema_dsl.parsing.lexer import Token, has_closed_comments, tokens, without_comments

_COMPILING = "compilation of PL/pgSQL function"
# The type of something else, or from version 17 an array of it.
_COPIED_TYPE = re.compile(r"%(?:row)?type(?:array)?(?:\[\d*\])*$")
_DECLARE = re.compile(r"\bdeclare\b", re.IGNORECASE)
_LINE = re.compile(r"near line (\d+)")
# What the compiler says beyond syntax (in Postgres another SQLSTATE than 42601), or for want of a catalog.
_NOT_SYNTAX = re.compile(
    r"^Not implemented|pseudo-type|cannot (?:accept|return) type|does not exist|is not a composite|"
    r"unrecognized exception condition|is declared CONSTANT|must have a default value|"
    r"trigger functions cannot have|must be of type cursor|could not determine|type .* is not|"
    r'^"[^"]+\.[^"]+\.[^"]+" is not a known variable|'
    r"cannot return|RETURN (?:NEXT )?cannot have|cannot use RETURN|unsupported"
)
_NOT_IN_LIST = "cannot be part of multiple-item INTO list"
_NOT_SCALAR = re.compile(r'"([^"]+)" is not a scalar variable')
# Types that decide what the grammar allows: others are all `text` to it.
_TELLING_TYPES = frozenset({"record", "refcursor"})
_TELLING_RESULTS = frozenset({"void", "trigger", "event_trigger", "record"})
_OTHER_COMPOSITE = '"some composite"'
_TYPE_ENDS = frozenset({";", "collate", "not", "default", ":=", "="})
_OPENERS = frozenset({"declare", "begin"})
_MODES = {"FUNC_PARAM_OUT": "OUT ", "FUNC_PARAM_INOUT": "INOUT "}


@attrs.frozen
class BodyError:
    """Why a body is refused: `problem.offset` counts in the body if known, else `line` is about right."""

    problem: Problem
    line: int = 0


def check(body: str, routine: Node | None = None) -> BodyError | None:
    """Compile a PL/pgSQL body as CREATE FUNCTION or DO would.

    Args:
        body: The text between the quotes.
        routine: The `CreateFunctionStmt` it belongs to; None for a DO block.

    Returns:
        What Postgres would call a syntax error (SQLSTATE 42601), or None.
    """
    simplified, bad_type = _without_types(body)
    if bad_type is not None:
        # Whatever comes before it in the body is refused first.
        return _compile(simplified, routine, body) or BodyError(bad_type)
    return _compile(simplified, routine, body)


def _compile(body: str, routine: Node | None, original: str) -> BodyError | None:
    tag = "$body$"
    while tag in body or (body + "$").endswith(tag[:-1] + "$"):
        tag = f"{tag[:-1]}_$"
    head = "DO " if routine is None else _header(routine, original)
    error = _compiled(f"{head}{tag}{body}{tag}")
    if error is not None and has_closed_comments(body):
        error = _compiled(f"{head}{tag}{without_comments(body)}{tag}")
    if error is None:
        return None
    message, cursor, context = error
    if _COMPILING not in context or _NOT_SYNTAX.search(message):
        return None
    scalar = _NOT_SCALAR.match(message)
    mistaken = _has_fields(scalar[1], original) if scalar else _OTHER_COMPOSITE in head + body
    if mistaken and (scalar or _NOT_IN_LIST in message):
        # Composite is what we took it for: fields of another of that name may have been meant.
        return None
    line = _LINE.search(context)
    problem = problem_of(message, cursor)
    return BodyError(problem, int(line[1]) if line else 1)


def _compiled(sql: str) -> tuple[str, int, str] | None:
    """Call the PL/pgSQL parser itself: its JSON is not needed, and not always JSON."""
    native = _native()
    result = native.lib.pg_query_parse_plpgsql(sql.encode())
    try:
        if not result.error:
            return None
        error = result.error.contents
        return _text(error.message), int(error.cursorpos), _text(error.context)
    finally:
        native.lib.pg_query_free_plpgsql_parse_result(result)


def _text(value: bytes | None) -> str:
    return value.decode(errors="replace") if value else ""


@functools.cache
def _native() -> Any:
    return importlib.import_module("postgast.native")


def _header(routine: Node, body: str) -> str:
    ins: list[str] = []
    columns: list[str] = []
    outs = 0
    modes = routine.DESCRIPTOR.file.enum_types_by_name["FunctionParameterMode"].values_by_number
    for wrapped in routine.parameters:
        parameter = wrapped.function_parameter
        mode = modes[parameter.mode].name
        declared = f"{_quoted(parameter.name)} {_stand_in(parameter.arg_type, parameter.name, body)}"
        if mode == "FUNC_PARAM_TABLE":
            columns.append(declared)
        else:
            outs += mode in _MODES
            ins.append(_MODES.get(mode, "") + declared)
    name = _quoted(strings(routine.funcname)[-1])
    kind = "PROCEDURE" if routine.is_procedure else "FUNCTION"
    returns = _returns(routine, columns, outs)
    return f"CREATE {kind} {name}({', '.join(ins)}) {returns} LANGUAGE plpgsql AS "


def _returns(routine: Node, columns: list[str], outs: int) -> str:
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
    known = name in _TELLING_RESULTS and not declared.array_bounds
    return f"RETURNS {many}{name if known else 'text'}"


def _stand_in(declared: Node, name: str, body: str) -> str:
    named = strings(declared.names)
    if named and named[-1] in _TELLING_TYPES and not declared.array_bounds:
        return named[-1]
    return _OTHER_COMPOSITE if _has_fields(name, body) else "text"


def _has_fields(name: str, body: str) -> bool:
    """Whether the body takes a field of the variable: then its type is composite, else it matters little."""
    return (
        bool(name)
        and re.search(rf'(?<![\w."]){re.escape(name)}"?\s*\.\s*["\w]', body, re.IGNORECASE) is not None
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if name else ""


def _without_types(body: str) -> tuple[str, Problem | None]:
    """Replace the types of declarations; tell of the first that no database could have."""
    pieces: list[str] = []
    done = 0
    problem: Problem | None = None
    for name, found in declared_types(body):
        start, end = found[0].start, found[-1].end
        words = [token.word for token in found]
        if problem is None:
            problem = _type_problem(body[start:end], words, start)
        if words[-2:] == ["%", "rowtype"]:
            instead = "record"
        elif len(words) == 1 and words[0] in _TELLING_TYPES:
            instead = words[0]
        else:
            instead = _OTHER_COMPOSITE if _has_fields(name, body) else "text"
        # Lines must stay where they are.
        pieces += [body[done:start], instead, "\n" * body.count("\n", start, end)]
        done = end
    pieces.append(body[done:])
    return "".join(pieces), problem


def _type_problem(text: str, words: list[str], start: int) -> Problem | None:
    if _COPIED_TYPE.search("".join(words)):
        return None
    before = "SELECT CAST(NULL AS "
    parsed = parse(f"{before}{text})")
    if not isinstance(parsed, Problem):
        return None
    within = len(text) if parsed.offset is None else min(max(parsed.offset - len(before), 0), len(text))
    return attrs.evolve(parsed, offset=start + within)


def declared_types(body: str) -> Iterator[tuple[str, list[Token]]]:
    """Yield the declared variables, each with the tokens of its type."""
    # Most bodies have one such section, at their start: what follows the last one need not be read.
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
            yield from _declaration(pending)
            pending = []


def _declaration(found: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    if len(found) < 2:  # noqa: PLR2004 - a name and a type
        return
    name, rest = found[0].word.strip('"'), found[1:]
    if rest[0].word == "alias":
        return
    if any(token.word == "cursor" for token in rest[:3]):
        yield from _cursor_arguments(rest)
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


def _cursor_arguments(rest: list[Token]) -> Iterator[tuple[str, list[Token]]]:
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
