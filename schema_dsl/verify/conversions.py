"""The columns whose values a declared using= converts: no rollback can know how to convert them back."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.plan.children import find_children


def find_conversions(wanted: Catalog, before: Catalog, after: Catalog) -> Iterator[tuple[Identity, str]]:
    """Yield the table and the name of each column that gets another type by its using=, in the children too.

    Args:
        wanted: The definitions, with the names before the migration.
        before: The state before the migration.
        after: The state after it, with the names before it.
    """
    children = find_children(before.objects)
    for identity, declared in wanted.objects.items():
        if not isinstance(declared, Column) or declared.using is None:
            continue
        old, new = before.objects.get(identity), after.objects.get(identity)
        if isinstance(old, Column) and isinstance(new, Column) and old.type != new.type:
            for table in (identity.root, *children.get(identity.root, ())):
                yield table, identity.name
