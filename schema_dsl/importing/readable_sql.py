"""Conditions and queries as people write them, from the form in which Postgres prints them.

Only Postgres interprets SQL: a server reads the written text back, and the results are compared. If they differ, the
text of Postgres is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.importing.between import write_between
from schema_dsl.importing.clauses import lay_out_clauses
from schema_dsl.importing.implicit_casts import DeclaredTypes, strip_implicit_cast
from schema_dsl.importing.intervals import spell_interval
from schema_dsl.importing.lists_of_columns import write_lists_of_columns
from schema_dsl.importing.parentheses import drop_parentheses
from schema_dsl.parsing import (
    Node,
    SqlSyntaxError,
    deparse_expression,
    deparse_statement,
    format_expression,
    format_statement,
    parse_expression,
    parse_statement,
    walk,
)
from schema_dsl.sql import Sql

# A line of 88 characters, without the indentation and keyword of a policy's condition.
_WIDTH: Final = 68
_TYPE: Final = re.compile(
    r"::[A-Z][A-Z0-9]*\b(?: (?:VARYING|PRECISION)\b)?(?: ?\([\d, -]+\))?(?: (?:WITH|WITHOUT) TIME ZONE\b)?"
)
_CALL: Final = re.compile(r"\(\s+(SELECT [\w.]+\(\))\s+\)")
_IN_QUERY: Final = re.compile(r"= ANY\((\s*SELECT)\b")
# An element of the result of a function: the grammar requires parentheses around the call.
_ELEMENT: Final = re.compile(r"(?<![\w.(])([\w.]+\([^()]*\))(\[\d+\])")
# The indentation of the layout, which has two spaces a level.
_LINE_START: Final = re.compile(r"^( +)", re.MULTILINE)
# The name of a table, and the name that a query gives it.
_ALIAS: Final = re.compile(
    r"(\b(?:FROM|JOIN)\s+[a-z_]\w*(?:\.[a-z_]\w*)?)"
    r" (?!(?:on|using|where|left|right|full|inner|cross|natural|join)\b)([a-z_]\w*)"
)
_INTERVAL: Final = re.compile(r"('(?:[^']|'')*')::interval\b(?! ?\()", re.IGNORECASE)
# A name that stands for a keyword, which the layout on several lines would lose.
_KEYWORD: Final = re.compile(r"\bschema_dsl_keyword_(\w+)")
_NUMBER: Final = re.compile(r"-?\d+")
_TEXT_TYPES: Final = frozenset({"text", "varchar", "bpchar"})
_NUMBER_TYPES: Final = frozenset({"int2", "int4", "int8", "numeric"})
_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
# Types of arguments that a text becomes by itself, as in to_tsvector('simple', title) and setweight(title, 'A').
_ARGUMENT_TYPES: Final = frozenset({"regconfig", "char"})
# The operators that Postgres prints for LIKE and ILIKE.
_LIKE: Final = {"~~": "AEXPR_LIKE", "!~~": "AEXPR_LIKE", "~~*": "AEXPR_ILIKE", "!~~*": "AEXPR_ILIKE"}
# The words that Postgres prints for IN and NOT IN, by the operator.
_ANY: Final = {"AEXPR_OP_ANY": "=", "AEXPR_OP_ALL": "<>"}


@lru_cache(maxsize=4096)
def simplify_condition(expression: str, types: DeclaredTypes = frozenset()) -> Sql:
    """Return a condition without the casts, parentheses and names that Postgres adds, on several lines if it is long.

    IN, NOT IN and LIKE take the place of the operators that Postgres prints for them.

    Args:
        expression: The condition.
        types: The types of the columns in it, as far as they are known.
    """
    try:
        tree = parse_expression(expression)
    except SqlSyntaxError:
        return Sql(expression)
    _simplify(tree, expression, types)
    return _tidy(drop_parentheses(_lay_out(tree), parse_expression, deparse_expression))


def simplify_query(query: str, types: DeclaredTypes = frozenset()) -> Sql:
    """Return a query without the casts, parentheses and names that Postgres adds, a clause a line.

    Args:
        query: The query.
        types: The types of the columns in it, as far as they are known.
    """
    try:
        tree = parse_statement(query)
    except SqlSyntaxError:
        return Sql(query)
    _simplify(tree, query, types)
    text = format_statement(tree, _WIDTH)
    plain = deparse_statement(tree)
    text = _choose_text(text, plain, parse_statement, deparse_statement)
    if text == plain and len(plain) > _WIDTH:
        text = _choose_text(lay_out_clauses(plain, _WIDTH), plain, parse_statement, deparse_statement)
    return _tidy(drop_parentheses(text, parse_statement, deparse_statement))


def _lay_out(tree: Node) -> str:
    """Return an expression as SQL, on several lines if it is long: each side of AND and OR on its own."""
    text = deparse_expression(tree)
    if len(text) <= _WIDTH:
        return _choose_text(text, text, parse_expression, deparse_expression)
    operator = _find_operator(tree)
    if operator is None:
        formatted = _lay_out_chain(tree) or format_expression(tree, _WIDTH)
        return _choose_text(formatted, text, parse_expression, deparse_expression)
    sides = (
        f"({_lay_out(each)})" if _find_operator(each) else _lay_out(each) for each in tree.bool_expr.args
    )
    return f"\n{operator} ".join(sides)


def _lay_out_chain(tree: Node) -> str:
    """Return the operands that || joins, one a line; empty for another expression."""
    operands: list[Node] = []
    while tree.WhichOneof("node") == "a_expr" and names(tree.a_expr.name) == ["||"]:
        operands.insert(0, tree.a_expr.rexpr)
        tree = tree.a_expr.lexpr
    texts = map(deparse_expression, [tree, *operands])
    return "\n|| ".join(texts) if operands else ""


def _find_operator(tree: Node) -> str | None:
    """Return AND or OR if an expression joins conditions."""
    if tree.WhichOneof("node") != "bool_expr":
        return None
    operator = enumeration("BoolExprType")[tree.bool_expr.boolop].removesuffix("_EXPR")
    return operator if operator != "NOT" else None


def _choose_text(
    formatted: str, deparsed: str, parse: Callable[[str], Node], deparse: Callable[[Node], str]
) -> str:
    """Return the text on several lines, unless the layout has lost something, such as the schema of an operator."""
    formatted = _LINE_START.sub(r"\1\1", _IN_QUERY.sub(r"IN (\1", formatted))
    for text in (_ALIAS.sub(r"\1 AS \2", formatted), formatted):
        try:
            if deparse(parse(text)) == deparsed:
                return text
        except SqlSyntaxError:
            pass
    return deparsed


def _tidy(text: str) -> Sql:
    text = _TYPE.sub(lambda cast: cast[0].lower(), text)
    text = _ELEMENT.sub(r"(\1)\2", text)
    text = _INTERVAL.sub(lambda found: f"interval '{spell_interval(found[1][1:-1])}'", text)
    text = _KEYWORD.sub(lambda name: name[1].upper(), text)
    return Sql(_CALL.sub(r"(\1)", text))


def _simplify(tree: Node, text: str, types: DeclaredTypes) -> None:
    """Simplify a tree in place.

    Args:
        tree: The tree.
        text: Its SQL, as Postgres prints it.
        types: The types of the columns in it, as far as they are known.
    """
    write_between(tree, text)
    write_lists_of_columns(tree)
    for node in walk(tree):
        _simplify_node(node, types)


def _simplify_node(node: Node, types: DeclaredTypes) -> None:
    match node.DESCRIPTOR.name:
        case "A_Expr":
            _write_words(node)
            if types:
                strip_implicit_cast(node.lexpr, types, beside=node.rexpr)
                strip_implicit_cast(node.rexpr, types, beside=node.lexpr)
            if node.HasField("lexpr") and _is_constant(node.rexpr):
                # In arithmetic, the type of a number decides how it is divided.
                is_compared = names(node.name)[-1] in _COMPARISONS
                _strip_cast(node.lexpr, _TEXT_TYPES | (_NUMBER_TYPES if is_compared else frozenset()))
                # Beside another operator, such as @>, a text may become a value of another type.
                for constant in node.rexpr.list.items or (node.rexpr,) if is_compared else ():
                    _strip_declared_type(constant)
        case "FuncCall":
            for argument in node.args:
                _strip_cast(argument, _ARGUMENT_TYPES)
                strip_implicit_cast(argument, types)
        case "SubLink":
            _leave_out_names(node.subselect.select_stmt.target_list)
        case "Node":
            _keep_keyword(node)
            _simplify_constant(node)


def _write_words(node: Node) -> None:
    """Turn `= ANY (ARRAY[...])` into IN, `<> ALL (ARRAY[...])` into NOT IN, and `~~` into LIKE."""
    kinds = enumeration("A_Expr_Kind")
    numbers = {name: number for number, name in kinds.items()}
    kind, operator = kinds[node.kind], ".".join(names(node.name))
    if kind == "AEXPR_OP" and operator in _LIKE and node.HasField("lexpr"):
        node.kind = numbers[_LIKE[operator]]
    if _ANY.get(kind) == operator:
        array = _find_array(node.rexpr)
        if array is not None and all(map(_is_constant, array.elements)):
            elements = [_copy(each) for each in array.elements]
            node.kind = numbers["AEXPR_IN"]
            node.rexpr.Clear()
            node.rexpr.list.items.extend(elements)


def _keep_keyword(node: Node) -> None:
    """Put a name in the place of a keyword such as CURRENT_DATE."""
    if node.WhichOneof("node") != "sqlvalue_function":
        return
    keyword = enumeration("SQLValueFunctionOp")[node.sqlvalue_function.op].removeprefix("SVFOP_").lower()
    if not keyword.endswith("_n"):
        node.Clear()
        field = node.column_ref.fields.add()
        field.string.sval = f"schema_dsl_keyword_{keyword}"


def _find_array(node: Node) -> Node | None:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return node.a_array_expr if node.WhichOneof("node") == "a_array_expr" else None


def _is_constant(node: Node) -> bool:
    match node.WhichOneof("node"):
        case "a_const":
            return True
        case "type_cast":
            return _is_constant(node.type_cast.arg)
        case "list":
            return all(map(_is_constant, node.list.items))
        case _:
            return False


def _simplify_constant(node: Node) -> None:
    """Remove the cast of a text, and of a number, which Postgres prints as a text if it is negative."""
    if node.WhichOneof("node") != "type_cast":
        return
    # A negative number has two casts.
    _simplify_constant(node.type_cast.arg)
    if node.type_cast.arg.WhichOneof("node") != "a_const":
        return
    constant = node.type_cast.arg.a_const
    if constant.HasField("sval"):
        _strip_cast(node, _TEXT_TYPES)
        if _NUMBER.fullmatch(constant.sval.sval) and _has_type(node, _NUMBER_TYPES):
            value = constant.sval.sval
            node.Clear()
            node.a_const.fval.fval = value
    else:
        _strip_cast(node, _NUMBER_TYPES)


def _strip_cast(node: Node, types: Iterable[str]) -> None:
    if _has_type(node, types):
        node.CopyFrom(_copy(node.type_cast.arg))


def _strip_declared_type(node: Node) -> None:
    """Remove the cast of a label of an enum, or of a value of another declared type, which is compared."""
    if node.WhichOneof("node") == "type_cast":
        schema, *rest = names(node.type_cast.type_name.names)
        if rest and schema != "pg_catalog":
            _strip_cast(node, rest)


def _has_type(node: Node, types: Iterable[str]) -> bool:
    if node.WhichOneof("node") != "type_cast":
        return False
    name = node.type_cast.type_name
    return names(name.names)[-1] in types and not (name.array_bounds or name.typmods)


def _leave_out_names(targets: Iterable[Node]) -> None:
    """Leave out the names of results that Postgres would choose."""
    for target in targets:
        result = target.res_target
        if (
            result.val.WhichOneof("node") == "func_call"
            and result.name == names(result.val.func_call.funcname)[-1]
        ):
            result.name = ""


def _copy(node: Node) -> Node:
    copied = type(node)()
    copied.CopyFrom(node)
    return copied
