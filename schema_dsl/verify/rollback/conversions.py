"""The columns whose values a declared using= converts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.plan.children import find_children
from schema_dsl.plan.retype import converts_in_zone, is_undone
from schema_dsl.sql import Sql


def find_conversions(wanted: Catalog, before: Catalog, after: Catalog) -> Iterator[tuple[Identity, str]]:
    """Yield the table and the name of each column whose values no plan can convert back, in the children too.

    Args:
        wanted: The definitions, with the names before the migration.
        before: The state before the migration.
        after: The state after it, with the names before it.
    """
    for table, identity, old, declared in _list_converted(wanted, before, after):
        if not is_undone(identity, old, declared):
            yield table, identity.name


def find_zones(
    wanted: Catalog, before: Catalog, after: Catalog
) -> Mapping[tuple[tuple[str, str], str | None], Sql]:
    """Return the using= of each column that the plan back converts in the same time zone.

    Args:
        wanted: The definitions, with the names before the migration.
        before: The state before the migration.
        after: The state after it, with the names before it.
    """
    return {
        (table.relation, identity.name): declared.using
        for table, identity, old, declared in _list_converted(wanted, before, after)
        if converts_in_zone(old, declared)
    }


def _list_converted(
    wanted: Catalog, before: Catalog, after: Catalog
) -> Iterator[tuple[Identity, Identity, Any, Any]]:
    """Yield the table, the identity, the present and the wanted column of each column with another type."""
    converted = {
        identity: declared
        for identity, declared in wanted.objects.items()
        if isinstance(declared, Column) and declared.using is not None
    }
    children = find_children(before.objects) if converted else {}
    for identity, declared in converted.items():
        old, new = before.objects.get(identity), after.objects.get(identity)
        if isinstance(old, Column) and isinstance(new, Column) and old.type != new.type:
            for table in (identity.root, *children.get(identity.root, ())):
                yield table, identity, old, declared
