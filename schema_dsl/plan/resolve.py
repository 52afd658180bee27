"""Find the objects to which the SQL of a relation's part refers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.object_identities import type_identity
from schema_dsl.analysis.references import references
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.errors import ParseError
from schema_dsl.parsing import list_columns, parse_type_name
from schema_dsl.plan.names import column_identity

# Only a sub-select, or a statement of a rule, refers to another relation. Analyzing takes longer than the rest of
# planning.
_SUB_SELECT: Final = re.compile(r"\b(?:from|table|into|update)\b", re.IGNORECASE)
DEFAULT_SCHEMA: Final = "public"


def reads_relations(text: str) -> bool:
    """Return whether an expression may refer to other relations."""
    return _SUB_SELECT.search(text) is not None


def resolve_references(
    identity: Identity, text: str, known: SchemaInfo, *, is_local: bool
) -> Iterator[tuple[Identity, bool]]:
    """Yield the objects to which an expression refers, and whether it requires them.

    A column that is not known may belong to any relation of the expression: of an existing table, only the declared
    columns are known.

    Args:
        identity: The part of a relation to which the expression belongs.
        text: The expression.
        known: The objects that exist.
        is_local: Whether the expression can only refer to columns of the relation.
    """
    root = identity.root
    if is_local:
        # Without a sub-select, every column belongs to the relation of the part.
        try:
            yield from ((column_identity(root, name[-1]), True) for name in list_columns(text))
        except ParseError:
            # The check of the definitions reports the syntax error.
            return
        return
    try:
        found = references(text, known, relation=identity.relation, search_path=_search_path(root))
    except ParseError:
        # The check of the definitions reports the syntax error.
        return
    relations = [item.identity for item in found if item.kind == "relation" and item.identity is not None]
    for item in found:
        if item.identity is not None:
            yield item.identity, item.required
        elif item.kind == "column":
            # The name is as the text writes it, such as NEW."Label". Without another relation, it is one of the table.
            for *_, name in list_columns(item.written):
                for relation in (root, *relations):
                    yield column_identity(relation, name), not relations


def resolve_statement(
    identity: Identity, statement: str, known: SchemaInfo
) -> Iterator[tuple[Identity, bool]]:
    """Yield the objects to which a query or the CREATE statement of a routine refers, and whether it requires them."""
    try:
        found = references(statement, known, search_path=_search_path(identity.root))
    except ParseError:
        # The check of the definitions reports the syntax error.
        return
    for item in found:
        if item.identity is not None:
            yield item.identity, item.required


def resolve_type(identity: Identity, spelling: str, known: SchemaInfo) -> Identity | None:
    """Return the type that a spelling names, of an array the type of its elements; None for a built-in type."""
    try:
        node = parse_type_name(spelling)
    except ParseError:
        # The check of the definitions reports the syntax error.
        return None
    view = known.with_search_path(_search_path(identity.root))
    return type_identity(view, resolve_type_name(view, node))


def _search_path(root: Identity) -> tuple[str, ...]:
    return (root.schema, DEFAULT_SCHEMA)
