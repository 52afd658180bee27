"""The foreign keys of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot, find_key, list_references
from schema_dsl.model.constraint import ForeignKey

_T = TypeVar("_T")


@attrs.frozen
class TableLink:
    """A foreign key, or a parent from which a table inherits.

    Attributes:
        table: The table that refers to another.
        target: The other table.
        is_required: Whether each row refers to a row of the other table.
        is_key: Whether the primary key of the table has the columns that refer.
    """

    table: Identity
    target: Identity
    is_required: bool
    is_key: bool


def list_links(root: AssembledRoot) -> Iterator[TableLink]:
    """Yield the foreign keys of a table, and the tables that it inherits from."""
    key = set(find_key(root))
    columns = {column.name: column for column in root.parts.get("columns", ())}
    names: dict[int, Sequence[str]] = {id(each.references): [each.name] for each in columns.values()}
    names |= {
        id(each.references): each.columns
        for each in root.parts.get("constraints", ())
        if isinstance(each, ForeignKey)
    }
    for reference in list_references(root):
        # A parent from which the table inherits has no columns.
        own = names.get(id(reference), ())
        yield TableLink(
            root.identity,
            Identity("table", reference.schema or "public", reference.table),
            is_required=all(each in key or (each in columns and columns[each].not_null) for each in own),
            is_key=key.issuperset(own),
        )


def follow(start: _T, list_next: Callable[[_T], Iterable[_T]]) -> set[_T]:
    """Return the objects that one object leads to in any number of steps, with the object itself."""
    found, pending = {start}, [start]
    while pending:
        new = set(list_next(pending.pop())) - found
        found |= new
        pending += new
    return found
