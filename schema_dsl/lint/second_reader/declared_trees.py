"""Parse the SQL text of the definitions with sqlglot, in the clause where the generated file has it.

sqlglot parses an expression differently in different clauses. Both sides of a comparison are therefore text that went
through the same function of sqlglot, and neither side went through a server.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeVar

from schema_dsl.lint.second_reader.indexes import read_index_skeleton
from schema_dsl.lint.second_reader.policies import read_condition
from schema_dsl.lint.second_reader.simple_elements import read_skeleton
from schema_dsl.lint.second_reader.skeletons import PLACEHOLDER, normalize_blanks
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree
from schema_dsl.lint.second_reader.triggers import read_trigger
from schema_dsl.model.index import IndexElement
from schema_dsl.plan.identity_sequence import format_identity
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified

_CallableT = TypeVar("_CallableT", bound=Callable[..., Any])


def _cached(function: _CallableT) -> _CallableT:
    # `typed`, because Sql is an expression, and a str of the same text is a name.
    cached: Any = lru_cache(maxsize=8192, typed=True)(function)
    result: _CallableT = cached
    return result


def parse_column(column: Any) -> dict[str, Any]:
    """Parse the type, the collation, the default and the expression of a column.

    Returns:
        The trees; "unreadable" is False if sqlglot can parse the whole column, so that a file must be readable too.
    """
    given = {
        "type": column.type.sql,
        "collation": column.collation,
        "default": column.default,
        "generated": column.generated,
    }
    # The whole column first: if the file has the same text, sqlglot has parsed it already.
    clauses = [
        _end_comment(column.type.sql),
        f"COLLATE {column.collation}" if column.collation is not None else "",
        str(format_identity(column)) if column.identity is not None else "",
        _GENERATED.format(_end_comment(column.generated)) if column.generated is not None else "",
        "NOT NULL" if column.not_null else "",
        f"DEFAULT {_end_comment(column.default)}" if column.default is not None else "",
    ]
    whole = _read_part(f"{PLACEHOLDER} {' '.join(filter(None, clauses))}", "column")
    if whole is not None and all((whole[name] is None) == (text is None) for name, text in given.items()):
        return {**{name: whole[name] for name in given}, "unreadable": False}
    parts = {name: None if text is None else _PARTS_OF_COLUMNS[name](text) for name, text in given.items()}
    return {**parts, "unreadable": UNKNOWN}


_GENERATED: Final = "GENERATED ALWAYS AS ({}) STORED"


@_cached
def _parse_type(text: str) -> Any:
    values = _read_part(f"{PLACEHOLDER} {_end_comment(text)}", "column")
    # "text NOT NULL" is not a type.
    return values["type"] if values and not values["not_null"] and values["default"] is None else UNKNOWN


@_cached
def _parse_collation(text: str) -> Any:
    return _get(_read_part(f"{PLACEHOLDER} text COLLATE {text}", "column"), "collation")


@_cached
def _parse_default(text: str) -> Any:
    return _get(_read_part(f"{PLACEHOLDER} text DEFAULT {_end_comment(text)}", "column"), "default")


@_cached
def _parse_generated(text: str) -> Any:
    element = f"{PLACEHOLDER} text {_GENERATED.format(_end_comment(text))}"
    return _get(_read_part(element, "column"), "generated")


_PARTS_OF_COLUMNS: Final[dict[str, Callable[[str], Any]]] = {
    "type": _parse_type,
    "collation": _parse_collation,
    "default": _parse_default,
    "generated": _parse_generated,
}


def parse_check(text: str) -> Any:
    """Parse the condition of a check."""
    return _get(
        _read_part(f"CONSTRAINT {PLACEHOLDER} CHECK ({_end_comment(text)})", "constraint"), "expression"
    )


@_cached
def parse_exclusion_element(on: str | Sql | IndexElement, operator: str) -> Any:
    """Parse an element of an exclusion constraint, as the pair of its key and its operator."""
    element = _format_element(on if isinstance(on, IndexElement) else IndexElement(on))
    values = _read_part(
        f"CONSTRAINT {PLACEHOLDER} EXCLUDE USING gist ({element} WITH {operator})", "constraint"
    )
    elements = _get(values, "elements")
    return elements[0] if elements is not UNKNOWN and len(elements) == 1 else UNKNOWN


@_cached
def parse_exclusion_predicate(text: str) -> Any:
    """Parse the predicate of an exclusion constraint."""
    text = f"CONSTRAINT {PLACEHOLDER} EXCLUDE USING gist (c WITH =) WHERE ({_end_comment(text)})"
    return _get(_read_part(text, "constraint"), "where")


def parse_index(index: Any) -> tuple[Any, Any]:
    """Parse the keys and the predicate of an index, which are UNKNOWN if sqlglot cannot parse the index."""
    # The whole index: if the file has the same text, sqlglot has parsed it already.
    clauses = [
        "CREATE UNIQUE INDEX IF NOT EXISTS x" if index.unique else "CREATE INDEX IF NOT EXISTS x",
        "ON x.x" if index.method == "btree" else f"ON x.x USING {index.method}",
        f"({', '.join(map(_format_element, index.elements))})",
        f"INCLUDE ({identifiers(index.include)})" if index.include else "",
        f"WHERE {_end_comment(index.where)}" if index.where is not None else "",
    ]
    values = read_index_skeleton(" ".join(filter(None, clauses)))
    if values is None or len(values["elements"]) != len(index.elements):
        return UNKNOWN, UNKNOWN
    return values["elements"], values["where"]


def _format_element(element: Any) -> str:
    words = [
        f"({_end_comment(element.on)})" if isinstance(element.on, Sql) else identifier(element.on),
        f"COLLATE {element.collation}" if element.collation is not None else "",
        element.operator_class or "",
        f"({', '.join(map(_format_parameter, element.operator_class_parameters))})"
        if element.operator_class_parameters
        else "",
        "DESC" if element.descending else "",
        "" if element.nulls_first is None else f"NULLS {'FIRST' if element.nulls_first else 'LAST'}",
    ]
    return " ".join(filter(None, words))


def _format_parameter(parameter: tuple[str, str]) -> str:
    name, value = parameter
    return f"{name} = {value if _NUMBER.fullmatch(value) else literal(value)}"


_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def parse_policy_condition(text: str) -> Any:
    """Parse a condition of a policy."""
    tree = read_condition(text.strip() if "--" not in text else f"{text}\n")
    return tree if isinstance(tree, Tree) else UNKNOWN


@_cached
def parse_trigger_condition(text: str) -> Any:
    """Parse the WHEN condition of a trigger."""
    return _get(_read_trigger(f"WHEN ({text}\n) EXECUTE FUNCTION f()"), "when")


@_cached
def parse_trigger_call(schema: str, name: str, arguments: tuple[str, ...]) -> Any:
    """Parse the function of a trigger with its arguments."""
    call = f"{qualified(schema, name)}({', '.join(map(literal, arguments))})"
    return _get(_read_trigger(f"EXECUTE FUNCTION {call}"), "function")


def _read_part(element: str, kind: str) -> Any:
    """Return the values of a column or constraint with a placeholder for its name; None without a tree."""
    read = read_skeleton(normalize_blanks(element))
    return read[2] if read is not None and read[0] == kind else None


def _end_comment(text: str) -> str:
    """Append the end of the line to a text with a comment, so that the comment does not hide the following text."""
    return f"{text}\n" if "--" in text else text


def _read_trigger(clause: str) -> Any:
    read = read_trigger(f"CREATE TRIGGER t BEFORE UPDATE ON public.t FOR EACH ROW {clause}")
    return read.facts[0].values if read.facts and read.unparsed is None else None


def _get(values: Any, name: str) -> Any:
    value = UNKNOWN if values is None else values.get(name, UNKNOWN)
    return value if isinstance(value, Tree | tuple) else UNKNOWN
