"""The sequences of identity and serial columns, whose default names follow a declared rename of the table or column.

Postgres renames no sequence with its column. A database that the definitions create, or a dump, has the new name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.serial import find_serial_base
from schema_dsl.sql import Sql, identifier, qualified


def list_sequences(
    before: Identity, after: Identity, present: Collection[Identity], wanted: Mapping[Identity, Any]
) -> Iterator[tuple[Identity, Identity]]:
    """Yield the default names before and after of the sequences that a renamed table or column has.

    Args:
        before: The table or column before the rename.
        after: The table or column after it.
        present: The objects before the rename.
        wanted: The declared objects.
    """
    root = after.root
    for identity, column in wanted.items():
        if identity.parent != root or identity.kind != "column" or not _has_sequence(column):
            continue
        if after.parent is None:
            former = getattr(column, "renamed_from", None)
            names = [name for name in (former, identity.name) if name is not None]
            parts = [table_part("column", before.schema, before.name, name) for name in names]
            name = next((part.name for part in parts if part in present), None)
            old, new = name, name
        else:
            old, new = (before.name, after.name) if identity == after else (None, None)
        if old is None or new is None:
            continue
        pair = tuple(
            Identity("sequence", root.schema, choose_default_name(table, [name], "seq", lambda _: False))
            for table, name in ((before.root.name, old), (after.root.name, new))
        )
        # A declared sequence has the name of its declaration.
        if pair[0] != pair[1] and pair[0] not in wanted and pair[1] not in wanted and pair[1] not in present:
            yield pair[0], pair[1]


def _has_sequence(column: Any) -> bool:
    return column.identity is not None or find_serial_base(column.type.sql) is not None


def rename_sequence(old: Identity, new: Identity) -> Sql:
    """Build the statement that renames a sequence, if it has its default name."""
    return Sql(f"ALTER SEQUENCE IF EXISTS {qualified(old.schema, old.name)} RENAME TO {identifier(new.name)}")
