"""Conditions and constants as people write them, from the form in which Postgres prints them.

Only Postgres interprets SQL: a server reads the written text back, and the results are compared. If they differ, the
text of Postgres is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from schema_dsl.importing.intervals import spell_interval, spell_time
from schema_dsl.importing.python import PythonCall, PythonList, PythonNode, list_of, quote
from schema_dsl.importing.readable_sql import simplify_condition
from schema_dsl.model.expression import at_least, at_most, between, matches, max_length, one_of
from schema_dsl.sql import Sql

_HELPERS: Final[Mapping[str, Callable[..., Any]]] = {
    helper.__name__: helper for helper in (one_of, between, at_least, at_most, max_length, matches)
}
_CONSTANT: Final = r"(?:'(?:[^']|'')*'|\(?-?\d+(?:\.\d+)?\)?)(?:::[\w ]+(?:\(\d+(?:, ?\d+)?\))?(?:\[\])?)?"
_QUOTED_NAME: Final = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*|VALUE)'
_COLUMN: Final = rf"\(?(?P<column>{_QUOTED_NAME})\)?(?:::(?:text|numeric))?"
_PATTERNS: Final = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        (
            "one_of",
            rf"{_COLUMN} = ANY \(\(?ARRAY\[(?P<values>{_CONSTANT}(?:, {_CONSTANT})*)\]\)?(?:::[\w ]+\[\])?\)",
        ),
        (
            "between",
            (
                rf"\({_COLUMN} >= (?P<low>{_CONSTANT})\) AND"
                rf" \(\(?(?P<again>{_QUOTED_NAME})\)?(?:::(?:text|numeric))? <= (?P<high>{_CONSTANT})\)"
            ),
        ),
        ("between", rf"{_COLUMN} BETWEEN (?P<low>{_CONSTANT}) AND (?P<high>{_CONSTANT})"),
        ("at_least", rf"{_COLUMN} >= (?P<low>{_CONSTANT})"),
        ("at_most", rf"{_COLUMN} <= (?P<high>{_CONSTANT})"),
        ("max_length", rf"(?:char_length|length)\({_COLUMN}\) <= (?P<high>{_CONSTANT})"),
        ("matches", rf"{_COLUMN} ~ (?P<pattern>{_CONSTANT})"),
    )
)
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]")


@attrs.frozen
class ColumnCondition:
    """A condition on one column that a helper expresses.

    Attributes:
        column: The column.
        helper: The name of the helper.
        arguments: Its arguments.
    """

    column: str
    helper: str
    arguments: tuple[Any, ...]

    def build(self) -> Any:
        """Return the predicate that the helper returns."""
        return _HELPERS[self.helper](*self.arguments)

    @property
    def node(self) -> PythonNode:
        """The call of the helper."""
        return PythonCall(self.helper, tuple(write_constant(value) for value in self.arguments))


def strip_parentheses(expression: str) -> str:
    """Return an expression without the parentheses around the whole of it."""
    text = expression.strip()
    while text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_end(text: str) -> bool:
    depth = 0
    for match in _QUOTED.finditer(text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] == ")":
            return match.end() == len(text)
    return False


def recognize_condition(expression: str) -> ColumnCondition | None:
    """Return the helper that expresses a condition, as Postgres or people write it; None if none does."""
    return _recognize(strip_parentheses(expression)) or _recognize(simplify_condition(expression))


def _recognize(text: str) -> ColumnCondition | None:
    for name, pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found = match.groupdict()
        if found.get("again", found["column"]) != found["column"]:
            continue
        if name == "one_of":
            constants = re.findall(_CONSTANT, found["values"])
        else:
            constants = [found[key] for key in ("low", "high", "pattern") if found.get(key)]
        values = tuple(map(read_constant, constants))
        if None in values or (name == "max_length" and not isinstance(values[0], int)):
            continue
        if name == "matches" and not isinstance(values[0], str):
            continue
        if name in {"between", "at_least", "at_most"} and any(isinstance(value, str) for value in values):
            continue
        return ColumnCondition(_read_name(found["column"]), name, values)
    return None


def _read_name(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def read_constant(text: str) -> str | int | float | bool | None:
    """Return the Python value of a constant with or without a cast; None if there is no short one."""
    value = re.sub(r"::[\w ]+(?:\(\d+(?:, ?\d+)?\))?$", "", text.strip())
    if re.fullmatch(r"'(?:[^']|'')*'", value, re.DOTALL):
        return value[1:-1].replace("''", "'") if text.count("::") <= 1 else None
    if value in {"true", "false"}:
        return value == "true"
    value = value.strip("()")
    if re.fullmatch(r"-?\d+", value):
        return int(value)
    return float(value) if re.fullmatch(r"-?\d+\.\d+", value) and str(float(value)) == value else None


def write_constant(value: object) -> PythonNode:
    """Return the source of a Python value."""
    if isinstance(value, list):
        return list_of(map(write_constant, value))
    return quote(value) if isinstance(value, str) else repr(value)


def write_sql(text: str) -> PythonNode:
    """Return the source of SQL for an argument that would take a str as a constant."""
    return PythonCall("sql", (quote(text),))


_CALLS: Final = {"now()": "now", "gen_random_uuid()": "gen_random_uuid"}
_CAST: Final = re.compile(r"'::([^']+)$")
_TEXT_TYPE: Final = re.compile(r"(?:text|varchar|character varying)\b(?!.*\[\])")


_PLAIN: Final = re.compile(r"'((?:[^']|'')*)'::(.+)", re.DOTALL)
# Types whose constants are no text in Python.
_NO_TEXT: Final = re.compile(r"\]$|^(?:jsonb?|boolean|smallint|integer|bigint|numeric|real|double)\b")
# Constants that people write otherwise than Postgres.
_SPELLERS: Final[Mapping[str, Callable[[str], str]]] = {
    "interval": spell_interval,
    "time": spell_time,
    "time without time zone": spell_time,
}
_ARRAY: Final = re.compile(rf"ARRAY\[({_CONSTANT}(?:, {_CONSTANT})*)\]")


def write_default(default: Sql, type_sql: str) -> PythonNode:
    """Return the source of a default."""
    if default in _CALLS:
        return PythonCall(_CALLS[default])
    if default == f"'{{}}'::{type_sql}" and (type_sql == "jsonb" or type_sql.endswith("[]")):
        return "{}" if type_sql == "jsonb" else "[]"
    if default == "'[]'::jsonb" and type_sql == "jsonb":
        return "[]"
    constant = _write_text(default, type_sql) or _write_array(default, type_sql)
    return constant or _write_number(default, type_sql) or write_sql(strip_parentheses(default))


def _write_text(default: Sql, type_sql: str) -> PythonNode | None:
    """Return the source of a constant in quotes, such as a label of an enum or a date."""
    found = _PLAIN.fullmatch(default)
    is_own = found is not None and (found[2] == type_sql or _TEXT_TYPE.match(found[2]) is not None)
    # An array of constants is stored otherwise if it is written as a list.
    is_array = found is not None and type_sql.endswith("[]") and found[1].startswith("{")
    if found is None or not is_own or (_NO_TEXT.search(type_sql) and not is_array):
        return None
    text = found[1].replace("''", "'")
    if type_sql in _SPELLERS:
        text = _SPELLERS[type_sql](text)
    return quote(text)


def _write_array(default: Sql, type_sql: str) -> PythonNode | None:
    found = _ARRAY.fullmatch(default) if type_sql.endswith("[]") else None
    values = [] if found is None else [read_constant(each) for each in re.findall(_CONSTANT, found[1])]
    return (
        list_of(map(write_constant, values))
        if values and all(isinstance(each, str) for each in values)
        else None
    )


def _write_number(default: Sql, type_sql: str) -> PythonNode | None:
    """Return the source of a number or a truth value."""
    constant = default.removesuffix(f"::{type_sql}")
    value = None if _CAST.search(constant) else read_constant(constant)
    is_written = isinstance(value, bool | int) or (isinstance(value, str) and _TEXT_TYPE.match(type_sql))
    return write_constant(value) if is_written else None


def write_constant_tuple(values: Iterable[Any]) -> PythonNode:
    """Return the source of a tuple of constants."""
    return PythonList(tuple(map(write_constant, values)), "(", ")")
