"""The SQL that EXECUTE runs: its constant text, and placeholders for the values that are inserted at run time."""

from __future__ import annotations

import re

import attrs

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.bodies import align
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.lexer import tokens
from schema_dsl.parsing.statements import split_part

# The name that stands for an inserted name or value.
PLACEHOLDER_NAME = "schema_dsl_blank"
_TEXT_FUNCTIONS = frozenset({"concat", "format", "string_agg"})
_FORMAT_SPECIFIER = re.compile(r"%(?:%|(?:\d+\$)?-?(?:\*|\d+)?(?P<kind>[IsL]))")


@attrs.frozen(eq=False)
class DynamicSql:
    """The SQL of an EXECUTE.

    Attributes:
        statements: The statements; none if the beginning is unknown or the text does not parse.
        is_constant: Whether nothing is inserted; then the offsets in the statements are offsets in the file.
    """

    statements: tuple[Statement, ...] = ()
    is_constant: bool = False


def read_dynamic_sql(statement: Statement) -> DynamicSql:
    """Return the SQL that the value of the expression in a SelectStmt is."""
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
        statements = (found for found in split_part(text, start, statement.line) if found.kind)
        return DynamicSql(tuple(statements), is_constant=True)
    template = _build_template(node)
    if template.startswith(PLACEHOLDER_NAME):
        return DynamicSql()
    parsed = tuple(split_part(template, statement.start, statement.line))
    for found in parsed:
        # A template has no offsets in the file.
        found.start, found.end = statement.start, statement.end
    return DynamicSql(parsed if all(found.kind for found in parsed) else ())


def _strip_casts(node: Node) -> Node:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return node


def _read_string(node: Node) -> str | None:
    is_string = node.WhichOneof("node") == "a_const" and node.a_const.WhichOneof("val") == "sval"
    return str(node.a_const.sval.sval) if is_string else None


def _build_template(node: Node) -> str:
    """Return the text that an expression builds of constants, with placeholders for the rest.

    Of the rows that a sub-select or string_agg() joins, the text has one.
    """
    node = _strip_casts(node)
    constant = _read_string(node)
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
    if name == "format" and arguments:
        return _FORMAT_SPECIFIER.sub(_fill_placeholder, arguments[0])
    return arguments[0] if arguments else PLACEHOLDER_NAME


def _fill_placeholder(match: re.Match[str]) -> str:
    return {"I": PLACEHOLDER_NAME, "s": PLACEHOLDER_NAME, "L": "'x'"}.get(match["kind"], "%")
