"""Parse the SQL text of the definitions with sqlglot, in the clause where the generated file has it.

sqlglot parses an expression differently in different clauses. Both sides of a comparison are therefore text that went
through the same function of sqlglot, and neither side went through a server.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from schema_dsl.lint.second_reader.create_table import read_create_table
from schema_dsl.lint.second_reader.indexes import read_index
from schema_dsl.lint.second_reader.policies import read_policy
from schema_dsl.lint.second_reader.simple_elements import normalize_element, read_skeleton
from schema_dsl.lint.second_reader.skeletons import PLACEHOLDER
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree
from schema_dsl.lint.second_reader.triggers import read_trigger
from schema_dsl.sql import Sql, identifier, literal, qualified

_CallableT = TypeVar("_CallableT", bound=Callable[..., Any])


def _cached(function: _CallableT) -> _CallableT:
    # `typed`, because Sql is an expression, and a str of the same text is a name.
    cached: Any = lru_cache(maxsize=8192, typed=True)(function)
    result: _CallableT = cached
    return result


@_cached
def parse_type(text: str) -> Any:
    """Parse a type."""
    values = _read_part(f"c {text}\n", "column")
    # "text NOT NULL" is not a type.
    return values["type"] if values and not values["not_null"] and values["default"] is None else UNKNOWN


@_cached
def parse_default(text: str) -> Any:
    """Parse the expression of a default."""
    return _get(_read_part(f"c text DEFAULT {text}\n", "column"), "default")


@_cached
def parse_generated(text: str) -> Any:
    """Parse the expression of a generated column."""
    return _get(_read_part(f"c text GENERATED ALWAYS AS ({text}\n) STORED", "column"), "generated")


@_cached
def parse_check(text: str) -> Any:
    """Parse the condition of a check."""
    if "--" in text:
        return _get(_read_part(f"CONSTRAINT c CHECK ({text}\n)", "constraint"), "expression")
    read = read_skeleton(normalize_element(f"CONSTRAINT {PLACEHOLDER} CHECK ({text})"))
    return _get(read[1] if read is not None and read[0] == "constraint" else None, "expression")


@_cached
def parse_exclusion_element(on: str | Sql, operator: str) -> Any:
    """Parse an element of an exclusion constraint, as the pair of its key and its operator."""
    element = f"({on}\n)" if isinstance(on, Sql) else identifier(on)
    values = _read_part(f"CONSTRAINT c EXCLUDE USING gist ({element} WITH {operator})", "constraint")
    elements = _get(values, "elements")
    return elements[0] if elements is not UNKNOWN and len(elements) == 1 else UNKNOWN


@_cached
def parse_exclusion_predicate(text: str) -> Any:
    """Parse the predicate of an exclusion constraint."""
    return _get(
        _read_part(f"CONSTRAINT c EXCLUDE USING gist (c WITH =) WHERE ({text}\n)", "constraint"), "where"
    )


@_cached
def parse_index_key(on: str | Sql) -> Any:
    """Parse a key of an index: an expression, or the name of a column."""
    elements = _get(
        _read_index(f"({f'({on}{chr(10)})' if isinstance(on, Sql) else identifier(on)})"), "elements"
    )
    return elements[0][0] if elements is not UNKNOWN and len(elements) == 1 else UNKNOWN


@_cached
def parse_index_predicate(text: str) -> Any:
    """Parse the predicate of an index."""
    return _get(_read_index(f"(c) WHERE {text}\n"), "where")


@_cached
def parse_policy_condition(text: str) -> Any:
    """Parse a condition of a policy."""
    facts = read_policy(f"CREATE POLICY p ON public.t USING ({text}\n)").facts
    return _get(facts[0].values if facts else None, "using")


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
    """Return the values of the only column or constraint in a CREATE TABLE; None if sqlglot cannot read it."""
    read = read_create_table(f"CREATE TABLE public.t ({element})")
    if read.unparsed is not None:
        return None
    parts = [fact for fact in read.facts if fact.key.kind != "table"]
    return parts[0].values if len(parts) == 1 and parts[0].key.kind == kind else None


def _read_index(clause: str) -> Any:
    read = read_index(f"CREATE INDEX i ON public.t {clause}")
    return read.facts[0].values if read.facts and read.unparsed is None else None


def _read_trigger(clause: str) -> Any:
    read = read_trigger(f"CREATE TRIGGER t BEFORE UPDATE ON public.t FOR EACH ROW {clause}")
    return read.facts[0].values if read.facts and read.unparsed is None else None


def _get(values: Any, name: str) -> Any:
    value = UNKNOWN if values is None else values.get(name, UNKNOWN)
    return value if isinstance(value, Tree | tuple) else UNKNOWN
