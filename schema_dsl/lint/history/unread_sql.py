"""Doubt the objects that SQL names which lint cannot read: a statement that does not parse, a program or a template."""

from __future__ import annotations

import re

from schema_dsl.lint.history.dynamic_sql import DDL_KEYWORD
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.source import Source

_WORD = re.compile(r"\w+")
# The signs of templates, in which names are inserted.
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%|%\(\w+\)")


def doubt_unread(schema: HistorySchema, source: Source) -> None:
    """Doubt the objects that a program or a template names; everything if its text is missing."""
    schema.doubts.statement = source.path, 1
    if source.program is None:
        schema.doubt_everything()
    else:
        schema.mark_unknown({"relations", "functions", "types"})
        _doubt_columns(schema, set(_WORD.findall(source.program.lower())))


def apply_unparsed(schema: HistorySchema, text: str) -> None:
    """Mark as unknown the objects that a statement names which does not parse."""
    words = set(_WORD.findall(text.lower()))
    if DDL_KEYWORD.search(text):
        if _TEMPLATE.search(text) or "cascade" in words:
            schema.mark_unknown({"relations", "functions", "types"})
        schema.doubt_named(words)
    _doubt_columns(schema, words)


def _doubt_columns(schema: HistorySchema, words: set[str]) -> None:
    """Doubt the columns of the relations of these names."""
    for relation in schema.relations.values():
        if relation.name.lower() in words:
            schema.doubts.add(["columns"], str(relation))
            relation.complete = relation.fully_known = False
