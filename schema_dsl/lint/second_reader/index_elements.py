"""Read the keys of indexes and exclusion constraints."""

from __future__ import annotations

from sqlglot import exp

from schema_dsl.lint.second_reader.facts import read_relation
from schema_dsl.lint.second_reader.sqlglot_parser import SqlglotNode
from schema_dsl.lint.second_reader.trees import Tree, fold


def read_index_element(element: SqlglotNode) -> tuple[Tree, str, bool, bool]:
    """Return the key, the operator class or "", whether the order is DESC, and whether NULLS come first."""
    on, operator_class = element, ""
    descending = nulls_first = False
    if isinstance(on, exp.Ordered):
        descending, nulls_first = bool(on.args.get("desc")), bool(on.args.get("nulls_first"))
        on = on.this
    if isinstance(on, exp.Opclass):
        operator_class = _read_operator_class(on.expression)
        on = on.this
    return Tree(on), operator_class, descending, nulls_first


def _read_operator_class(node: SqlglotNode) -> str:
    """Return an operator class, with its parameters, which sqlglot reads as a call."""
    if isinstance(node.this, exp.Func):
        schema = node.args.get("db")
        call = str(node.this.sql(dialect="postgres")).lower()
        return f"{fold(schema)}.{call}" if schema else call
    return ".".join(filter(None, read_relation(node)))
