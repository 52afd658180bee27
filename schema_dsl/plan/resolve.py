"""Find the objects to which the SQL of a relation's part refers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.references import references
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.errors import ParseError
from schema_dsl.parsing import list_columns
from schema_dsl.plan.names import column_identity

# Only a sub-select refers to another relation, and analyzing takes longer than the rest of planning.
_SUB_SELECT: Final = re.compile(r"\b(?:from|table)\b", re.IGNORECASE)


def reads_relations(text: str) -> bool:
    """Return whether an expression may refer to other relations."""
    return _SUB_SELECT.search(text) is not None


def resolve_references(identity: Identity, text: str, known: SchemaInfo) -> Iterator[tuple[Identity, bool]]:
    """Yield the objects to which an expression refers, and whether it requires them.

    A column that is not known may belong to any relation of the expression: of an existing table, only the declared
    columns are known.

    Args:
        identity: The part of a relation to which the expression belongs.
        text: The expression.
        known: The objects that exist.
    """
    root = identity.root
    if not reads_relations(text):
        # Without a sub-select, every column belongs to the relation of the part.
        yield from ((column_identity(root, name[-1]), True) for name in list_columns(text))
        return
    try:
        found = references(text, known, relation=identity.relation, search_path=(root.schema,))
    except ParseError:
        # The check of the definitions reports the syntax error.
        return
    relations = [item.identity for item in found if item.kind == "relation" and item.identity is not None]
    for item in found:
        if item.identity is not None:
            yield item.identity, item.required
        elif item.kind == "column":
            name = item.written.rpartition(".")[2]
            yield from ((column_identity(relation, name), False) for relation in (root, *relations))
