"""Compare conditions as sets of the operands of AND, and the queries that have them as WHERE."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from schema_dsl.parsing.expressions import (
    deparse_expression,
    deparse_statement,
    list_functions_in,
    parse_expression,
    parse_query,
)
from schema_dsl.parsing.grammar import Node, walk
from schema_dsl.parsing.result_names import figure_output_name


def split_conjuncts(text: str, *, without_cast: Collection[str]) -> frozenset[str]:
    """Return the operands of AND that must all be true for a condition to be true, without the constant TRUE.

    A sub-select that only calls a function, as in `(SELECT auth.uid())`, is the same as the call. Postgres writes the
    type of each constant into a stored expression, so casts of constants are left out.

    Args:
        text: The condition, as Postgres prints it.
        without_cast: The columns with a new type, whose casts and those of their comparands are left out as well.

    Raises:
        SqlSyntaxError: If the text is not one expression.
    """
    tree = parse_expression(text)
    for node in list(walk(tree)):
        if node.DESCRIPTOR.name == "Node":
            _unwrap_call(node)
    _remove_casts(tree, without_cast)
    return _deparse_conjuncts(tree)


# Fields of a SELECT that have a value even if the text has no such clause.
_ALWAYS_SET: Final = frozenset({"limit_option", "op"})

ResultSource: TypeAlias = tuple[Collection[tuple[str, str]], str]
"""The relations of which one has a column, and the name of the column."""


@attrs.frozen
class SelectedRows:
    """A SELECT that returns something for each row that its condition selects, regardless of the other rows.

    Attributes:
        columns: The columns of the result, as (expression, name).
        conjuncts: The operands of AND in WHERE.
        functions: The functions that the columns call, as (schema or None, name).
        rest: The query without these parts and without its order.
        sources: The relations and the name of each column that is nothing but a column of a relation in FROM, by the
            expression. A relation is (schema or "", name); a column without one may be of each relation in FROM.
    """

    columns: frozenset[tuple[str, str]]
    conjuncts: frozenset[str]
    functions: frozenset[tuple[str | None, str]]
    rest: str
    sources: Mapping[str, ResultSource]


def split_query(text: str, *, without_cast: Collection[str]) -> SelectedRows | None:
    """Split a SELECT into its columns, the operands of AND in its WHERE, and the rest.

    Args:
        text: The query, as Postgres prints it.
        without_cast: The columns whose casts are left out, as for `split_conjuncts`.

    Returns:
        The parts; None if other rows may decide whether or how a row is returned: GROUP BY, LIMIT, UNION and others. An
        aggregate function in `functions` does the same.

    Raises:
        SqlSyntaxError: If the text is not one query.
    """
    tree = parse_query(text)
    if tree.WhichOneof("node") != "select_stmt":
        return None
    select = tree.select_stmt
    counts_rows = any(select.HasField(name) for name in ("having_clause", "limit_count", "limit_offset"))
    is_distinct_on = any(key.WhichOneof("node") for key in select.distinct_clause)
    if select.op > _NO_SET_OPERATION or select.group_clause or counts_rows or is_distinct_on:
        return None
    if any(_is_of_rows(node) for target in select.target_list for node in walk(target)):
        return None
    _remove_casts(tree, without_cast)
    conjuncts = _deparse_conjuncts(select.where_clause) if select.HasField("where_clause") else frozenset()
    columns = frozenset(map(_deparse_target, select.target_list))
    functions = frozenset(name for target in select.target_list for name in list_functions_in(target))
    sources = dict(_list_sources(select))
    for field in ("where_clause", "target_list", "sort_clause"):
        select.ClearField(field)
    return SelectedRows(columns, conjuncts, functions, deparse_statement(tree), sources)


def _list_sources(select: Node) -> Iterator[tuple[str, ResultSource]]:
    # A name of FROM may be that of a query in WITH.
    relations = {} if select.HasField("with_clause") else dict(_list_relations(select.from_clause))
    # NATURAL and USING merge the columns of a name.
    merges = any(
        node.DESCRIPTOR.name == "JoinExpr" and (node.is_natural or node.using_clause)
        for item in select.from_clause
        for node in walk(item)
    )
    for target in select.target_list:
        value = target.res_target.val
        if value.WhichOneof("node") != "column_ref":
            continue
        *qualifiers, name = (field.string.sval for field in value.column_ref.fields)
        found = [relations[each] for each in qualifiers if each in relations]
        if not qualifiers and not merges:
            found = list(relations.values())
        if found and len(qualifiers) <= 1 and name:
            yield deparse_expression(value), (found, name)


def _list_relations(items: Iterable[Node]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the name in the query, and the schema and name, of each relation in FROM whose columns keep their names."""
    for item in items:
        if item.WhichOneof("node") == "join_expr" and not item.join_expr.HasField("alias"):
            yield from _list_relations((item.join_expr.larg, item.join_expr.rarg))
        elif item.WhichOneof("node") == "range_var" and not item.range_var.alias.colnames:
            found = item.range_var
            yield found.alias.aliasname or found.relname, (found.schemaname, found.relname)


# SETOP_NONE of libpg_query.
_NO_SET_OPERATION = 1


def _is_of_rows(node: Node) -> bool:
    """Return whether an expression is of several rows: a window function, or an aggregate with syntax of its own."""
    kind = node.DESCRIPTOR.name
    return kind in {"JsonAggConstructor", "GroupingFunc"} or (kind == "FuncCall" and node.HasField("over"))


def _deparse_target(target: Node) -> tuple[str, str]:
    value = target.res_target.val
    return deparse_expression(value), target.res_target.name or figure_output_name(value)


def _deparse_conjuncts(tree: Node) -> frozenset[str]:
    return frozenset(map(deparse_expression, _iterate_conjuncts(tree))) - {"true"}


def _iterate_conjuncts(node: Node) -> Iterator[Node]:
    if node.WhichOneof("node") == "bool_expr" and node.bool_expr.boolop == _AND:
        for operand in node.bool_expr.args:
            yield from _iterate_conjuncts(operand)
    else:
        yield node


# BoolExprType of the grammar.
_AND = 1


def _remove_casts(message: Node, columns: Collection[str]) -> None:
    """Replace the casts of constants and of some columns in a parse tree by their operands."""
    if message.DESCRIPTOR.name == "Node":
        while message.WhichOneof("node") == "type_cast" and _is_removable(message.type_cast.arg, columns):
            _unwrap(message)
    for field, value in message.ListFields():
        if field.message_type is not None:
            for below in value if field.is_repeated else (value,):
                _remove_casts(below, columns)
    if message.DESCRIPTOR.name == "A_Expr":
        for operand, other in ((message.lexpr, message.rexpr), (message.rexpr, message.lexpr)):
            while _is_column(operand, columns) and other.WhichOneof("node") == "type_cast":
                _unwrap(other)


def _unwrap_call(node: Node) -> None:
    """Replace a sub-select that only calls a function, which reads no column, by the call."""
    if node.WhichOneof("node") != "sub_link" or node.sub_link.HasField("testexpr"):
        return
    select = node.sub_link.subselect.select_stmt
    parts = {field.name for field, _ in select.ListFields()}
    if parts - _ALWAYS_SET != {"target_list"} or len(select.target_list) != 1:
        return
    value = select.target_list[0].res_target.val
    kinds = {each.WhichOneof("node") for each in walk(value) if each.DESCRIPTOR.name == "Node"}
    is_scalar = node.sub_link.sub_link_type == _read_scalar_type(node.sub_link)
    if is_scalar and "func_call" in kinds and kinds <= {"func_call", "type_cast", "a_const", "string", None}:
        operand = type(node)()
        operand.CopyFrom(value)
        node.CopyFrom(operand)


def _read_scalar_type(link: Node) -> int:
    """Return the number of the kind of sub-select that is one value."""
    kinds = link.DESCRIPTOR.fields_by_name["sub_link_type"].enum_type.values_by_name
    return int(kinds["EXPR_SUBLINK"].number)


def _unwrap(cast: Node) -> None:
    """Replace a cast in a parse tree by its operand."""
    operand = type(cast)()
    operand.CopyFrom(cast.type_cast.arg)
    cast.CopyFrom(operand)


def _is_removable(node: Node, columns: Collection[str]) -> bool:
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        return _is_removable(node.type_cast.arg, columns)
    return kind == "a_const" or _is_column(node, columns)


def _is_column(node: Node, columns: Collection[str]) -> bool:
    """Return whether an operand is one of some columns."""
    return (
        node.WhichOneof("node") == "column_ref"
        and node.column_ref.fields[-1].WhichOneof("node") == "string"
        and node.column_ref.fields[-1].string.sval in columns
    )
