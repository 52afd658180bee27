"""Check the users of a column whose type changes: checks, indexes and foreign keys, which Postgres builds anew.

Postgres reads their expressions again as it prints them, with the type that each constant had before. Where it had
cast the column, it keeps the cast, so that only operators and functions of the type of the column count.
"""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.analyzer import TypedValue
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.scope import Scope, build_from_item
from schema_dsl.analysis.trees import enumeration, operator_name, qualified_name
from schema_dsl.lint.facts.values import COMPARISONS
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import foreign_keys
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_KINDS = frozenset({"AEXPR_OP", "AEXPR_IN"})
_BETWEEN = frozenset({"AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN"})
_INTEGERS = frozenset({"int2", "int4", "int8"})
_OF_TEXT = frozenset({"lower", "upper", "length", "char_length", "btrim", "md5"})


def check_uses(analyzer: HistoryAnalyzer, old: HistoryRelation, new: HistoryRelation, name: str) -> None:
    """Check the uses of a column.

    Args:
        analyzer: The analyzer of the ALTER TABLE.
        old: The table before the statement.
        new: The table without the dropped parts, and with the new types of its columns.
        name: The column.
    """
    before, after = old.columns[name].type, new.columns[name].type
    if before is None or after is None or before == after:
        return
    for what, tree in _list_expressions(new):
        error = next(_find_errors(analyzer, new, tree, name, before), "")
        if error:
            remedy = f"Drop {what} in the same statement, and create it again for the new type."
            analyzer.report("type-mismatch", f"{error}: {what} uses column {name}", remedy, -1, name)
            return
    _check_foreign_keys(analyzer, new, name)


def _list_expressions(relation: HistoryRelation) -> Iterator[tuple[str, Node]]:
    for constraint in relation.constraints.values():
        if constraint.kind == "check" and constraint.tree is not None:
            yield f"check {constraint.name}", constraint.tree.raw_expr
    for index in relation.indexes.values():
        if index.tree is not None and index.tree.DESCRIPTOR.name == "IndexStmt":
            keys = (param.index_elem.expr for param in index.tree.index_params)
            yield from ((f"index {index.name}", tree) for tree in (*keys, index.tree.where_clause))


def _find_errors(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node, name: str, before: str
) -> Iterator[str]:
    """Yield the errors of operators and functions that take the column as it is."""
    after = relation.columns[name].type
    for node in walk(tree):
        trial = HistoryAnalyzer(analyzer.history)
        kind = node.DESCRIPTOR.name
        if kind == "A_Expr" and enumeration("A_Expr_Kind")[node.kind] in _KINDS:
            sides, operator = [node.lexpr, node.rexpr], operator_name(node)
            types = [after if _is_column(side, name) else _find_constant_type(side, before) for side in sides]
            is_about = any(_is_column(side, name) for side in sides) and operator in COMPARISONS
            if is_about and None not in types:
                resolve_operator(trial, operator, [TypedValue(each) for each in types], -1)
        elif (
            kind == "A_Expr"
            and enumeration("A_Expr_Kind")[node.kind] in _BETWEEN
            and _is_column(node.lexpr, name)
        ):
            for limit, operator in zip(node.rexpr.list.items, (">=", "<="), strict=False):
                types = [after, _find_constant_type(limit, before)]
                if None not in types:
                    resolve_operator(trial, operator, [TypedValue(each) for each in types], -1)
        elif kind == "FuncCall" and before == "text" and _is_call_of_text(node, name):
            call = type(node.args[0])()
            call.func_call.CopyFrom(node)
            analyze_expression(trial, call, Scope([build_from_item(relation)]))
        yield from (error.message for error in trial.errors)


def _is_call_of_text(node: Node, name: str) -> bool:
    is_known = qualified_name(node.funcname)[1] in _OF_TEXT and len(node.args) == 1
    return is_known and _is_column(node.args[0], name)


def _is_column(node: Node, name: str) -> bool:
    return bool(node.WhichOneof("node") == "column_ref" and strings(node.column_ref.fields)[-1:] == (name,))


def _find_constant_type(node: Node, before: str) -> str | None:
    """Return the type of a constant, or of each in a list, beside a column of a type; None for other expressions."""
    if node.WhichOneof("node") == "list":
        types = {_find_constant_type(item, before) for item in node.list.items}
        return types.pop() if len(types) == 1 else None
    if node.WhichOneof("node") != "a_const":
        return None
    value = node.a_const.WhichOneof("val")
    if value == "sval":
        # A constant beside varchar is text, and so is the column then.
        return None if before == "varchar" else before
    if value == "ival" and before in {*_INTEGERS, "numeric"}:
        return "numeric" if before == "numeric" else "int4"
    return "numeric" if value == "fval" and before == "numeric" else None


def _check_foreign_keys(analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str) -> None:
    """Check that the columns of foreign keys can still be compared."""
    found = len(analyzer.errors)
    is_key = any(name in each.columns for each in relation.constraints.values() if each.kind != "foreign_key")
    others = analyzer.history.relations.values() if is_key else ()
    for other in (relation, *(each for each in others if each.key != relation.key)):
        for constraint in other.constraints.values():
            target = analyzer.history.relations.get(constraint.target) if constraint.target else None
            if constraint.kind != "foreign_key" or target is None or len(analyzer.errors) > found:
                continue
            if target.key == relation.key:
                target = relation
            elif other is not relation:
                continue
            columns = constraint.target_columns or _find_primary_key(target)
            pairs = zip(constraint.columns, columns, strict=False)
            foreign_keys.check_foreign_key_types(analyzer, other, target, pairs, -1)


def _find_primary_key(relation: HistoryRelation) -> tuple[str, ...]:
    keys = (each.columns for each in relation.constraints.values() if each.kind == "primary_key")
    return next(keys, ())
