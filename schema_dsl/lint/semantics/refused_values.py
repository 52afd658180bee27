"""Find constants that Postgres refuses to store: too long, out of range, or refused by a check or a domain.

Postgres accepts such a default and refuses each row that gets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TypeAlias

from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.expressions import expression_location
from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.facts.folding import fold_row_condition
from schema_dsl.lint.history.constraints import iter_column_names
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryRelation,
    HistorySchema,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

RULE = "refused-value"
_LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_TEXTS = frozenset({"text", "varchar"})
_NUMBERS = frozenset({*_LIMITS, "numeric"})
_DECIMAL = Context(prec=2000)
_WITH_LENGTH = frozenset({"varchar", "bpchar", "bit"})
_INFINITY = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
WrittenValue: TypeAlias = str | int | bool | Decimal
StoredValue: TypeAlias = str | float | bool
"""A value as conditions see it, an integer included."""


def read_constant(node: Node) -> WrittenValue | None:
    """Return the value of a constant, also with a sign or a plain cast; None for NULL and other expressions."""
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        # A cast of a number may round it, and one with a length cuts a text.
        value = None if node.type_cast.type_name.typmods else read_constant(node.type_cast.arg)
        return value if isinstance(value, str) else None
    if kind == "a_expr" and node.a_expr.name and node.a_expr.name[0].string.sval == "-":
        is_sign = not node.a_expr.lexpr.WhichOneof("node")
        value = read_constant(node.a_expr.rexpr) if is_sign else None
        return -value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if kind != "a_const" or node.a_const.isnull:
        return None
    reader = _READERS.get(node.a_const.WhichOneof("val"))
    return None if reader is None else reader(node.a_const)


def _read_number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        return None


_READERS: dict[str, Callable[[Node], WrittenValue | None]] = {
    "sval": lambda constant: str(constant.sval.sval),
    "ival": lambda constant: int(constant.ival.ival),
    "boolval": lambda constant: bool(constant.boolval.boolval),
    # The text of B'101' is b101.
    "bsval": lambda constant: str(constant.bsval.bsval.removeprefix("b")),
    "fval": lambda constant: _read_number(constant.fval.fval),
}


def find_refusal(schema: HistorySchema, column: HistoryColumn, value: WrittenValue) -> str:
    """Return why the type of a column, or its domain, does not take a constant; "" if it does, or may."""
    why = _refuse_type(schema, column, value)
    stored = None if why else to_stored(schema, column, value)
    return why if stored is None else _refuse_domain(schema, column, stored)


def check_default(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, column: HistoryColumn, node: Node
) -> None:
    """Check that a table takes the default of a column."""
    _check_value(analyzer, relation, column, node, f"the default of column {column.name}")


def may_change_rows(relation: HistoryRelation) -> bool:
    """Return whether a trigger may change the values of an INSERT."""
    return any(each.timing == "before" and "insert" in each.events for each in relation.triggers.values())


def check_rows(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, named: Sequence[str], rows: Sequence[Sequence[Node]]
) -> None:
    """Check that a table takes the constants of an INSERT ... VALUES.

    Args:
        analyzer: The analyzer of the statement.
        relation: The table.
        named: The columns of the values.
        rows: The values of each row.
    """
    if may_change_rows(relation):
        return
    for row in rows:
        for name, node in zip(named, row, strict=False):
            column = relation.columns.get(name)
            if column is not None and not column.uncertain:
                _check_value(analyzer, relation, column, node, f"the value of column {name}")


def check_condition(analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str, condition: Node) -> None:
    """Check that a new check of a table accepts the default of each column."""
    named = set(iter_column_names(condition))
    for column in relation.columns.values():
        if column.default is None or column.name not in named:
            continue
        value = to_stored(analyzer.history, column, read_constant(column.default))
        if value is not None and _refuses(condition, {column.name: value}):
            what = f"check {name}" if name else "the check"
            analyzer.report(
                RULE,
                f"{what} of {relation} refuses the default {_format_value(value)} of column {column.name}",
                "Correct the default or the check.",
                expression_location(condition),
                column.name,
            )


def check_domain(analyzer: HistoryAnalyzer, base: str | None, modifiers: Sequence[int], tree: Node) -> None:
    """Check that a new domain takes its own default."""
    conditions = [
        each.constraint.raw_expr
        for each in tree.constraints
        if constraint_kind(each.constraint.contype) == "check"
    ]
    for wrapped in tree.constraints:
        node = wrapped.constraint.raw_expr
        if constraint_kind(wrapped.constraint.contype) != "default":
            continue
        value = read_constant(node)
        column = HistoryColumn(Identity("column", "", "value"), base, tuple(modifiers))
        why = "" if value is None else _refuse_type(analyzer.history, column, value)
        stored = to_stored(analyzer.history, column, value)
        if not why and stored is not None:
            refused = any(_refuses(each, {"value": stored}) for each in conditions)
            why = "a check of the domain refuses it" if refused else ""
        if why:
            _report(analyzer, "the default of the domain", value, why, node)


def check_domain_casts(analyzer: HistoryAnalyzer) -> None:
    """Check that the domains of a statement's casts accept the constants."""
    for cast, name in analyzer.domain_casts:
        node = cast
        domain = analyzer.history.find_user_type(name)
        if domain is None or not domain.is_certain:
            continue
        column = HistoryColumn(Identity("column", "", "value"), name)
        value = read_constant(node)
        while node.WhichOneof("node") == "type_cast":
            node = node.type_cast.arg
        if node.WhichOneof("node") == "a_const" and node.a_const.isnull:
            if domain.not_null:
                message = f"domain {domain.name} does not allow null values"
                analyzer.report(RULE, message, "Cast another value.", expression_location(node), "NULL")
            continue
        stored = to_stored(analyzer.history, column, value)
        why = "" if stored is None else _refuse_domain(analyzer.history, column, stored)
        if why:
            _report(analyzer, "the cast value", value, why, node)


def _check_value(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, column: HistoryColumn, node: Node, what: str
) -> None:
    value = read_constant(node)
    if value is None:
        return
    why = _refuse_type(analyzer.history, column, value)
    stored = to_stored(analyzer.history, column, value)
    if not why and stored is not None:
        why = _refuse_domain(analyzer.history, column, stored) or _refuse_row(relation, {column.name: stored})
    if why:
        _report(analyzer, what, value, why, node)


def _report(analyzer: HistoryAnalyzer, what: str, value: WrittenValue | None, why: str, node: Node) -> None:
    location = expression_location(node)
    analyzer.report(RULE, f"{what} is {_format_value(value)}, but {why}", "Correct the value.", location)


def _format_value(value: WrittenValue | StoredValue | None) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def _refuse_type(schema: HistorySchema, column: HistoryColumn, value: WrittenValue) -> str:
    """Return why the type of a column does not take a value; "" if it does, or may."""
    base, modifiers = base_type(schema, column.type), _find_modifiers(schema, column)
    if base in _WITH_LENGTH and modifiers and isinstance(value, str | int) and not isinstance(value, bool):
        return _refuse_length(base, modifiers[0], str(value))
    if base == "numeric" and modifiers and isinstance(value, str) and _INFINITY.fullmatch(value.strip()):
        return "a numeric with a precision cannot hold an infinite value"
    # Most constants are texts, and reading one as a number takes time.
    number = _to_number(value) if base in _NUMBERS else None
    if number is None:
        return ""
    if base in _LIMITS:
        rounded = value if isinstance(value, int) else _round(number)
        is_accepted = rounded is not None and -_LIMITS[base] <= rounded < _LIMITS[base]
        return "" if is_accepted else f"it is out of range for {format_type(base)}"
    if modifiers:
        precision, scale = (*modifiers, 0)[:2]
        stored = _round(number, scale)
        if stored is None or (stored and stored.adjusted() >= precision - scale):
            return f"it is too large for numeric({', '.join(map(str, modifiers))})"
    return ""


def _round(number: Decimal | int, scale: int = 0) -> Decimal | None:
    """Return a number with as many decimal places as a scale; None if it has too many digits for any type."""
    try:
        return Decimal(number).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _DECIMAL)
    except InvalidOperation:
        return None


def _refuse_length(base: str, length: int, text: str) -> str:
    if base == "bit":
        is_misfit = set(text) <= {"0", "1"} and len(text) != length
        return f"its length is not that of bit({length})" if is_misfit else ""
    is_too_long = len(text.rstrip(" ")) > length
    return f"it is too long for {format_type(base)}({length})" if is_too_long else ""


def _to_number(value: WrittenValue) -> Decimal | None:
    if isinstance(value, bool):
        return None
    number = _read_number(value) if isinstance(value, str) else Decimal(value)
    return number if number is not None and number.is_finite() else None


def _find_modifiers(schema: HistorySchema, column: HistoryColumn) -> tuple[int, ...]:
    """Return the modifiers of a column, or of the domain that is its type."""
    user_type = schema.find_user_type(column.type) if column.type else None
    return column.modifiers or (user_type.modifiers if user_type is not None else ())


def to_stored(schema: HistorySchema, column: HistoryColumn, value: WrittenValue | None) -> StoredValue | None:
    """Return a constant as conditions on a column see it; None if that is not certain."""
    base = base_type(schema, column.type)
    if value is None or base is None or column.collation or column.generated:
        return None
    user_type = schema.find_user_type(base)
    if base in _TEXTS or (user_type is not None and user_type.kind == "enum"):
        return value if isinstance(value, str) else None
    if base == "bpchar" and isinstance(value, str) and not value.endswith(" "):
        # Postgres fills a shorter text with blanks.
        return value if _find_modifiers(schema, column) == (len(value),) else None
    if base in _NUMBERS:
        return _to_stored_number(base, _find_modifiers(schema, column), value)
    return value if base == "bool" and isinstance(value, bool) else None


def _to_stored_number(base: str, modifiers: tuple[int, ...], value: WrittenValue) -> int | float | None:
    # Most defaults are integers, and arithmetic of decimals is slow.
    number = value if type(value) is int else _to_number(value)
    if number is None or (base != "numeric" and number != int(number)):
        return None
    if base == "numeric" and modifiers:
        number = _round(number, (*modifiers, 0)[1])
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def _refuse_row(relation: HistoryRelation, values: Mapping[str, StoredValue]) -> str:
    if relation.unknown_kinds & {"constraints"}:
        return ""
    for constraint in relation.constraints.values():
        # A condition without the columns cannot become false by their values.
        if constraint.checked.isdisjoint(values) or constraint.tree is None or not constraint.enforced:
            continue
        if _refuses(constraint.tree.raw_expr, values):
            return f"check {constraint.name} of {relation} refuses it"
    return ""


def _refuse_domain(schema: HistorySchema, column: HistoryColumn, value: StoredValue, /) -> str:
    for name, condition in _list_domain_checks(schema, column.type):
        if _refuses(condition, {"value": value}):
            return f"a check of domain {name} refuses it"
    return ""


def _list_domain_checks(schema: HistorySchema, type_name: str | None) -> Iterator[tuple[str, Node]]:
    while type_name is not None:
        domain = schema.find_user_type(type_name)
        if domain is None or domain.kind != "domain" or not domain.is_certain:
            return
        for condition in domain.checks.values():
            yield domain.name, condition
        type_name = domain.base


def _refuses(condition: Node, values: Mapping[str, StoredValue]) -> bool:
    """Return whether a condition is false because of some values; another check reports one that is always false."""
    return fold_row_condition(condition, values) is False and fold_row_condition(condition, {}) is not False
