"""The SQL that EXECUTE runs: its constant text, and placeholders for the values that are inserted at run time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from schema_dsl.analysis.bodies.assigned_texts import AssignedTexts, variable_name
from schema_dsl.analysis.format_strings import find_format_error, read_specifiers
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node, Problem, Statement, walk
from schema_dsl.parsing.bodies import align
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.lexer import tokens
from schema_dsl.parsing.statements import split_part
from schema_dsl.sql import identifier, literal

# The name that stands for an inserted name or value.
PLACEHOLDER_NAME = "schema_dsl_blank"
# A bound that is inserted as text.
_BOUND = re.compile(
    rf"(\b(?:ATTACH\s+PARTITION|PARTITION\s+OF)\s+\S+)\s+{PLACEHOLDER_NAME}(?![\w.])", re.IGNORECASE
)
_MOST_ELEMENTS = 50
_TEXT_FUNCTIONS = frozenset({"concat", "format", "string_agg"})
# The functions that quote a value, and the specifiers of format() that do the same.
_QUOTING = {"quote_ident": "%I", "quote_literal": "%L", "quote_nullable": "%L"}


@attrs.frozen(eq=False)
class DynamicSql:
    """The SQL of an EXECUTE.

    Attributes:
        statements: The statements; none if the beginning is unknown or the text does not parse.
        is_constant: Whether nothing is inserted; then the offsets in the statements are offsets in the file.
        is_complete: Whether the text contains all that is inserted, because that is constant too.
        problem: The syntax error of a text that is complete.
    """

    statements: tuple[Statement, ...] = ()
    is_constant: bool = False
    is_complete: bool = False
    problem: Problem | None = None


def read_dynamic_sql(statement: Statement, assigned: AssignedTexts) -> DynamicSql:
    """Return the SQL that the value of the expression in a SelectStmt is.

    Args:
        statement: The SelectStmt with the expression.
        assigned: The expressions that the body assigns to its variables.
    """
    if not statement.kind or not statement.tree.target_list:
        return DynamicSql()
    node = _strip_casts(statement.tree.target_list[0].res_target.val)
    constant = _read_string(node)
    if constant is not None:
        within = statement.offset(node.a_const.location) - statement.start
        # U& is a token of its own.
        literal = next(
            token for token in tokens(statement.text, within) if token.kind in {"string", "dollar"}
        )
        text, opening = align(constant, statement.text[literal.start : literal.end])
        start = statement.start + literal.start + opening
        parts = tuple(split_part(text, start, statement.line))
        statements = tuple(found for found in parts if found.kind)
        return DynamicSql(statements, is_constant=True, is_complete=True, problem=_find_problem(parts))
    templates = _build_templates(node, assigned, frozenset())
    if not templates or any(template.startswith(PLACEHOLDER_NAME) for template in templates):
        return DynamicSql()
    templates = [_BOUND.sub(r"\1 DEFAULT", template) for template in templates]
    parsed = tuple(
        found for template in templates for found in split_part(template, statement.start, statement.line)
    )
    for found in parsed:
        # A template has no offsets in the file.
        found.start, found.end = statement.start, statement.end
    is_complete = _is_complete(node)
    return DynamicSql(
        parsed if all(found.kind for found in parsed) else (),
        is_complete=is_complete,
        problem=_find_problem(parsed) if is_complete else None,
    )


def _find_problem(parsed: Sequence[Statement]) -> Problem | None:
    return next((found.problem for found in parsed if found.problem is not None), None)


def _is_complete(node: Node) -> bool:
    """Return whether the template of an expression is its value: all of it is constant."""
    node = _strip_casts(node)
    if node.WhichOneof("node") == "a_expr" and strings(node.a_expr.name) == ("||",):
        return _is_complete(node.a_expr.lexpr) and _is_complete(node.a_expr.rexpr)
    if node.WhichOneof("node") == "func_call":
        name = qualified_name(node.func_call.funcname)[1]
        is_known = name in {"concat", "format", *_QUOTING}
        if name == "format":
            text = _read_string(node.func_call.args[0]) or ""
            is_known = not find_format_error(text, len(node.func_call.args) - 1)
            is_known = is_known and not any(each.is_padded for each in read_specifiers(text))
        return is_known and all(map(_is_complete, node.func_call.args))
    return _read_constant(node) is not None


def _build_templates(node: Node, assigned: AssignedTexts, seen: frozenset[str]) -> list[str]:
    """Return the texts that an expression may have; a variable has those of its assignments.

    A text that is appended to a variable (`v := v || x`) follows each of the other texts.
    """
    node = _strip_casts(node)
    name = variable_name(node)
    if not name:
        return [_build_template(chosen) for chosen in _choose_elements(node, assigned)]
    if name in seen:
        return []
    texts: list[str] = []
    appended = ""
    for value in assigned.get(name, ()):
        rest = _read_appended(value, name)
        if rest is None:
            texts += _build_templates(value, assigned, seen | {name})
        else:
            appended += rest
    return [text + appended for text in texts]


def _choose_elements(node: Node, assigned: AssignedTexts) -> list[Node]:
    """Return an expression once for each element of the constant array over which FOREACH runs a variable in it."""
    found = {variable_name(each) for each in walk(node) if each.DESCRIPTOR.name == "Node"} - {""}
    names = [name for name in sorted(found) if f"{name}[]" in assigned and name not in assigned]
    elements = assigned[f"{names[0]}[]"] if len(names) == 1 else ()
    if not 0 < len(elements) <= _MOST_ELEMENTS or any(_read_constant(each) is None for each in elements):
        return [node]
    chosen = []
    for element in elements:
        copied = type(node)()
        copied.CopyFrom(node)
        for each in [*walk(copied)]:
            if each.DESCRIPTOR.name == "Node" and variable_name(each) == names[0]:
                each.CopyFrom(element)
        chosen.append(copied)
    return chosen


def _read_appended(value: Node, name: str) -> str | None:
    """Return the text that an expression appends to a variable; None for an expression of another form."""
    pieces: list[str] = []
    while value.WhichOneof("node") == "a_expr" and strings(value.a_expr.name) == ("||",):
        pieces.insert(0, _build_template(value.a_expr.rexpr))
        value = value.a_expr.lexpr
    return "".join(pieces) if pieces and variable_name(value) == name else None


def _strip_casts(node: Node) -> Node:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return node


def _read_string(node: Node) -> str | None:
    is_string = node.WhichOneof("node") == "a_const" and node.a_const.WhichOneof("val") == "sval"
    return str(node.a_const.sval.sval) if is_string else None


def _read_constant(node: Node) -> str | None:
    """Return the text of a constant text or integer."""
    node = _strip_casts(node)
    if node.WhichOneof("node") == "a_const" and node.a_const.WhichOneof("val") == "ival":
        return str(node.a_const.ival.ival)
    return _read_string(node)


def _build_template(node: Node) -> str:
    """Return the text that an expression builds of constants, with placeholders for the rest.

    Of the rows that a sub-select or string_agg() joins, the text has one.
    """
    node = _strip_casts(node)
    constant = _read_constant(node)
    if constant is not None:
        return constant
    kind = node.WhichOneof("node")
    if kind == "a_expr" and strings(node.a_expr.name) == ("||",):
        return _build_template(node.a_expr.lexpr) + _build_template(node.a_expr.rexpr)
    if kind == "sub_link" and len(node.sub_link.subselect.select_stmt.target_list) == 1:
        return _build_template(node.sub_link.subselect.select_stmt.target_list[0].res_target.val)
    name = qualified_name(node.func_call.funcname)[1] if kind == "func_call" else ""
    arguments = (
        [_build_template(argument) for argument in node.func_call.args] if name in _TEXT_FUNCTIONS else []
    )
    if name == "concat":
        return "".join(arguments)
    template = _QUOTING.get(name, arguments[0] if name == "format" and arguments else None)
    if template is not None:
        inserted = [_read_constant(argument) for argument in node.func_call.args[name == "format" :]]
        return _fill_placeholders(template, inserted)
    return arguments[0] if arguments else PLACEHOLDER_NAME


def _fill_placeholders(template: str, inserted: Sequence[str | None]) -> str:
    """Return the text of format(), with placeholders for the arguments that are not constant."""
    pieces: list[str] = []
    end = 0
    for found in read_specifiers(template):
        pieces.append(template[end : found.start])
        end = found.end
        is_known = 0 < found.position <= len(inserted) and not found.is_padded
        value = inserted[found.position - 1] if is_known else None
        pieces.append(_fill_specifier(found.kind, value))
    return "".join((*pieces, template[end:]))


def _fill_specifier(kind: str, value: str | None) -> str:
    if kind == "%":
        return "%"
    if value is None:
        return "'x'" if kind == "L" else PLACEHOLDER_NAME
    return str(identifier(value) if kind == "I" else literal(value) if kind == "L" else value)
