"""Name the objects of a database whose kinds the model does not have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import attrs

from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.reading import Cursor


@attrs.frozen
class UnmodelledObject:
    """An object of a kind that the model does not have.

    Attributes:
        identity: The identity; the name of a routine contains the types of the arguments.
        owner: The role that owns the object; None for a kind without an owner.
    """

    identity: Identity
    owner: str | None = None

    def __str__(self) -> str:
        """Return the identity for messages."""
        return str(self.identity)


def read_unmodelled(cursor: Cursor, schemas: Sequence[str] | None) -> list[UnmodelledObject]:
    """List the objects of kinds that the model does not have, with a cursor from `open_catalog_cursor`.

    Args:
        cursor: The cursor.
        schemas: The schemas to read; None for all schemas, and for objects outside of schemas.
    """
    modelled = load_kinds()
    cursor.execute(_read_query(), {"schemas": None if schemas is None else list(schemas)})
    return [
        UnmodelledObject(
            Identity(
                kind,
                schema,
                name,
                parent=None if table is None else table_identity(table_schema, table),
            ),
            owner,
        )
        for kind, schema, name, table_schema, table, owner in cursor.fetchall()
        if kind not in modelled
    ]


@cache
def _read_query() -> str:
    return (files(__package__) / "unmodelled.sql").read_text("utf-8")
