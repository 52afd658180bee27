"""Find objects whose SQL Postgres stores alike, so that it need not be asked about each of them.

Many tables of a schema have the same policies and conditions on columns of the same types.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.model.column import Column
from schema_dsl.model.identity import copy_with


def find_shared_sql(identity: Identity, declared: Any, columns: Mapping[str, Column]) -> Hashable:
    """Return a key of the values on which the stored form of an object's SQL depends.

    The values are the object without its name, and the columns that its SQL may name. SQL that names the table, or that
    spells names with escapes, depends on the table as well.

    Args:
        identity: The identity of the object.
        declared: The object.
        columns: The columns of its table; none if they are not known.
    """
    text = _print_sql(identity, declared).lower()
    if not columns or _mentions(text, identity.root) or 'u&"' in text:
        return identity
    # The text may have quotes in names twice, so a name that is not plain counts as named.
    named = tuple(
        (name, column.type.sql, column.collation)
        for name, column in columns.items()
        if name.lower() in text or not name.isidentifier()
    )
    unnamed = {name: None for name in ("name", "comment") if hasattr(declared, name)}
    return identity.kind, copy_with(declared, **unnamed), named


def depends_on_table(identity: Identity, stored: Any) -> bool:
    """Return whether the stored form of an object's SQL names its table, as a column in a sub-select does."""
    return _mentions(_print_sql(identity, stored).lower(), identity.root)


def _mentions(text: str, relation: Identity) -> bool:
    """Return whether a text in lower case may name a relation."""
    return relation.name.lower() in text or not relation.name.isidentifier()


def _print_sql(identity: Identity, item: Any) -> str:
    query = load_kinds()[identity.kind].canonical_query
    assert query is not None  # noqa: S101 - the caller asks about kinds with SQL only
    return repr([getattr(item, name) for name in query.attributes])
