"""The intended access to a table, declared separately from the policies that implement it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import to_names

Operation: TypeAlias = Literal["select", "insert", "update", "delete"]
OperationOrAll: TypeAlias = Literal["select", "insert", "update", "delete", "all"]
RowScope: TypeAlias = Literal["own", "all"]

OPERATIONS: Final[tuple[Operation, ...]] = ("select", "insert", "update", "delete")
ROWS: Final[tuple[RowScope, ...]] = ("own", "all")


def expand_operations(operations: Iterable[OperationOrAll], what: str) -> tuple[Operation, ...]:
    """Return the operations in a fixed order, with "all" replaced by every operation.

    Args:
        operations: The operations.
        what: The function that takes the operations, for the text of errors.

    Raises:
        DefinitionError: If an operation is unknown, or there is none.
    """
    names = tuple(operations)
    for name in names:
        if name not in (*OPERATIONS, "all"):
            raise DefinitionError(
                f"{what}: unknown operation {name!r}", instead=f"Known: all, {', '.join(OPERATIONS)}."
            )
    if not names:
        raise DefinitionError(
            f"{what} needs at least one operation", instead="Leave out a role that has no access."
        )
    return OPERATIONS if "all" in names else tuple(name for name in OPERATIONS if name in names)


@attrs.frozen
class Permission:
    """The operations that a role may perform on its own rows or on all rows.

    Attributes:
        operations: The operations.
        rows: "own" or "all".
        columns: The columns that the operations are limited to; all columns if empty.
    """

    operations: tuple[Operation, ...]
    rows: RowScope
    columns: tuple[str, ...] = ()


def may(*operations: OperationOrAll, rows: RowScope, columns: str | Iterable[str] = ()) -> Permission:
    """Declare what a role may do: `may("select", "update", rows="own")`, `may("all", rows="all")`.

    Args:
        operations: "select", "insert", "update", "delete", or "all" for these four. "all" excludes TRUNCATE,
            because row level security does not apply to TRUNCATE.
        rows: "own" for the rows of the caller, "all" for every row.
        columns: The columns that the operations are limited to, by default all columns.

    Raises:
        DefinitionError: If an operation or `rows` is unknown, or DELETE is limited to columns.
    """
    expanded = expand_operations(operations, "may()")
    if rows not in ROWS:
        raise DefinitionError(
            f"may(): rows must be one of {', '.join(ROWS)}, not {rows!r}",
            instead='Write rows="own" or rows="all".',
        )
    column_names = to_names(columns)
    if column_names and "delete" in expanded:
        raise DefinitionError(
            "may(): DELETE cannot be limited to columns",
            instead='Write a separate may("delete", ...) without columns.',
        )
    return Permission(expanded, rows, column_names)


@attrs.frozen(init=False)
class Access:
    """The intended access to a table: the permissions of each role. Other roles have no access.

    Generated migrations grant the privileges that the access needs, and revoke all others. Policies are declared
    separately; `schema-dsl verify` proves on a server that privileges and policies implement the access.

    Attributes:
        own: The column with the id of the owner of a row.
        roles: Role to permissions.
    """

    own: str | None
    roles: Mapping[str, tuple[Permission, ...]] = attrs.field(eq=dict)

    def __init__(self, *, own: str | None = None, **roles: Permission | Sequence[Permission]) -> None:
        """Declare the access of each role.

        Raises:
            DefinitionError: If a permission is not may(...), or has rows="own" without an `own` column.
        """
        collected: dict[str, tuple[Permission, ...]] = {}
        for role, value in roles.items():
            permissions: tuple[Any, ...] = tuple(value) if isinstance(value, list | tuple) else (value,)
            for permission in permissions:
                if not isinstance(permission, Permission):
                    raise DefinitionError(
                        f"access of {role} must be may(...), not {permission!r}",
                        instead='Write may("select", rows="own").',
                    )
                if permission.rows == "own" and own is None:
                    raise DefinitionError(
                        f'access of {role} has rows="own", but Access() has no own column',
                        instead='Name the column with the id of the owner: Access(own="user_id", ...).',
                    )
            collected[role] = permissions
        self.__attrs_init__(own, collected)

    def privileges(self, role: str) -> tuple[Operation, ...]:
        """Return the table privileges that the role needs, in a fixed order."""
        needed = {
            operation
            for permission in self.roles.get(role, ())
            if not permission.columns
            for operation in permission.operations
        }
        return tuple(operation for operation in OPERATIONS if operation in needed)

    def column_privileges(self, role: str) -> tuple[tuple[str, Operation], ...]:
        """Return the (column, privilege) pairs that the role needs in addition to its table privileges."""
        on_table = self.privileges(role)
        pairs = {
            (column, operation)
            for permission in self.roles.get(role, ())
            for column in permission.columns
            for operation in permission.operations
            if operation not in on_table
        }
        return tuple(sorted(pairs))
