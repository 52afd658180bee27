"""The changes that a SECURITY DEFINER function makes for its caller, declared separately from its body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import Permission
from schema_dsl.model.reference import Reference, ReferenceTarget, to_reference, validate_target


@attrs.frozen(init=False)
class Changes:
    """The rows of a table that a caller may change through a function: `Changes(members, may("insert", rows="own"))`.

    Attributes:
        table: The table.
        permissions: The operations and their rows. An update needs such a row before and after it.
    """

    table: Reference
    permissions: tuple[Permission, ...]

    def __init__(self, table: str | ReferenceTarget, *permissions: Permission) -> None:
        """Declare the changes of a function in a table.

        Args:
            table: The table: a Table, a Reference with a schema, or a name in the schema of the function.
            permissions: The operations and their rows: `may("insert", rows="own")`.

        Raises:
            DefinitionError: If a permission is not may(...), is about SELECT or names columns, or there is none.
        """
        if isinstance(table, str):
            target = Reference(table)
        else:
            validate_target(table)
            target = table if isinstance(table, Reference) else to_reference(table, table.schema)
        if not permissions:
            raise DefinitionError(
                "Changes() has no permission", instead='Write Changes("members", may("insert", rows="own")).'
            )
        for permission in permissions:
            given: Any = permission
            if not isinstance(given, Permission) or "select" in given.operations or given.columns:
                raise DefinitionError(
                    f"Changes(): a permission must be may() of insert, update or delete without columns, not {given!r}",
                    instead='Write may("insert", rows="own").',
                )
        self.__attrs_init__(target, permissions)


def to_changes(value: Changes | Iterable[Changes] | None) -> tuple[Changes, ...] | None:
    """Convert one change, or several, to a tuple; None if none are declared.

    Raises:
        DefinitionError: If an item is no Changes.
    """
    if value is None:
        return None
    changes: tuple[Any, ...] = (value,) if isinstance(value, Changes) else tuple(value)
    for change in changes:
        if not isinstance(change, Changes):
            raise DefinitionError(
                f"changes cannot contain {change!r}",
                instead='changes=[...] takes Changes(...), such as Changes("members", may("insert", rows="own")).',
            )
    return changes
