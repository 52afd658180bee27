"""Describe objects and their attributes in messages."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.second_reader.trees import Tree

_CLAUSES: Final = {
    "check": "WITH CHECK",
    "collation": "COLLATE",
    "column_order": "columns",
    "command": "FOR",
    "default": "DEFAULT",
    "deferrable": "DEFERRABLE",
    "elements": "keys",
    "expression": "CHECK",
    "for_each_row": "FOR EACH ROW",
    "force_row_security": "FORCE ROW LEVEL SECURITY",
    "function": "EXECUTE FUNCTION",
    "generated": "GENERATED ALWAYS AS",
    "grantable": "WITH GRANT OPTION",
    "identity": "GENERATED AS IDENTITY",
    "include": "INCLUDE",
    "initially_deferred": "INITIALLY DEFERRED",
    "method": "USING",
    "not_null": "NOT NULL",
    "nulls_not_distinct": "NULLS NOT DISTINCT",
    "on_delete": "ON DELETE",
    "on_update": "ON UPDATE",
    "other": "other clauses",
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
}
_RELATION_PARTS: Final = 2


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
    return f"{clause} {_show(value)}"


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return " or ".join(
            f"{name} of {', '.join(columns)}" if columns else name for name, columns in value.items()
        )
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(_show, value)))
    if isinstance(value, tuple):
        if len(value) == _RELATION_PARTS and all(isinstance(each, str) for each in value):
            return ".".join(value) if "" not in value else value[-1]
        return f"({', '.join(_show(each) for each in value if each not in {'', False})})"
    return str(value) if isinstance(value, str | Tree) else "yes"
