"""Describe objects and their attributes in messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from schema_dsl.analysis.identity import Identity

_CLAUSES: Final = {
    "cache": "CACHE",
    "check": "WITH CHECK",
    "constraint": "CONSTRAINT",
    "collation": "COLLATE",
    "column_order": "columns",
    "command": "FOR",
    "default": "DEFAULT",
    "deferrable": "DEFERRABLE",
    "elements": "keys",
    "enforced": "ENFORCED",
    "expression": "CHECK",
    "for_each_row": "FOR EACH ROW",
    "force_row_security": "FORCE ROW LEVEL SECURITY",
    "function": "EXECUTE FUNCTION",
    "generated": "GENERATED ALWAYS AS",
    "grantable": "WITH GRANT OPTION",
    "grantable_columns": "WITH GRANT OPTION",
    "identity": "GENERATED AS IDENTITY",
    "include": "INCLUDE",
    "initially_deferred": "INITIALLY DEFERRED",
    "match_full": "MATCH FULL",
    "method": "USING",
    "no_inherit": "NO INHERIT",
    "not_null": "NOT NULL",
    "new_table": "REFERENCING NEW TABLE AS",
    "nulls_not_distinct": "NULLS NOT DISTINCT",
    "old_table": "REFERENCING OLD TABLE AS",
    "on_delete": "ON DELETE",
    "on_delete_columns": "columns of ON DELETE",
    "on_update": "ON UPDATE",
    "other": "other clauses",
    "parameters": "WITH",
    "replica_identity": "REPLICA IDENTITY",
    "unlogged": "UNLOGGED",
    "unreadable": "clauses that sqlglot cannot parse",
    "period": "PERIOD",
    "permissive": "PERMISSIVE",
    "references": "REFERENCES",
    "repeated": "repeated clauses",
    "row_security": "ENABLE ROW LEVEL SECURITY",
    "stored": "STORED",
    "table": "ON",
    "to": "TO",
    "unique": "UNIQUE",
    "using": "USING",
    "validated": "VALIDATE CONSTRAINT",
    "when": "WHEN",
    "where": "WHERE",
    "without_overlaps": "WITHOUT OVERLAPS",
}


def describe_difference(identity: Identity, name: str, value: Any, declared: Any) -> str:
    """Describe an attribute that a file writes differently than the definitions declare it."""
    return (
        f"{identity}: the file says {_describe(name, value)}, the definitions say {_describe(name, declared)}"
    )


def _describe(name: str, value: Any) -> str:
    clause = _CLAUSES.get(name, name.replace("_", " "))
    if value is True:
        return clause
    if value is None or value is False or value in ((), frozenset()):
        return f"no {clause}"
    return f"{clause} {_FORMATS.get(name, _format)(value)}"


def _format(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(str, value))})"
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _format_columns(value: Any) -> str:
    """Format the columns of a key, or pairs of a column and a privilege."""
    if isinstance(value, frozenset):
        return ", ".join(f"{privilege} ({column})" for column, privilege in sorted(value))
    return _format(value)


def _format_elements(elements: Any) -> str:
    """Format the keys of an index, or those of an exclusion constraint."""
    return _format(tuple(map(_format_element, elements)))


def _format_element(element: Any) -> str:
    key, operator_class, descending, nulls_first, *operator = element
    text = f"{key} {operator_class}".rstrip() + (" DESC" if descending else "")
    # The default order is NULLS LAST for ASC, and NULLS FIRST for DESC.
    if nulls_first is not descending:
        text += f" NULLS {'FIRST' if nulls_first else 'LAST'}"
    return f"{text} WITH {operator[0]}" if operator else text


def _format_events(events: Any) -> str:
    return " or ".join(
        f"{name} of {', '.join(columns)}" if columns else name for name, columns in events.items()
    )


def _format_parameters(parameters: Any) -> str:
    return f"({', '.join(f'{name} = {value}' for name, value in parameters)})"


def _format_reference(reference: Any) -> str:
    schema, table, columns = reference
    return f"{_format_relation((schema, table))} {_format(columns) if columns else ''}".rstrip()


def _format_relation(relation: Any) -> str:
    schema, name = relation
    return f"{schema}.{name}" if schema else str(name)


_FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "columns": _format_columns,
    "grantable_columns": _format_columns,
    "elements": _format_elements,
    "events": _format_events,
    "parameters": _format_parameters,
    "references": _format_reference,
    "table": _format_relation,
}
