"""Helpers for common policies on Supabase."""

from __future__ import annotations

from typing import Final

from schema_dsl.model.access import Operation, OperationOrAll, expand_operations
from schema_dsl.model.policy import Policy
from schema_dsl.sql import Sql, identifier

_COMMENT_VERBS: Final[dict[Operation, str]] = {
    "select": "read",
    "insert": "add",
    "update": "change",
    "delete": "delete",
}


def owner_may(*operations: OperationOrAll, own: str) -> list[Policy]:
    """Return policies that allow operations of signed-in users on their own rows.

    The policies call `auth.uid()` in a sub-select, because Postgres evaluates the sub-select once per query
    instead of once per row. An update cannot change the owner of a row.

    Args:
        operations: The operations, each with a separate policy; "all" stands for every operation.
        own: The column with the id of the owner.

    Raises:
        DefinitionError: If an operation is unknown, or there is none.
    """
    is_own = Sql(f"(SELECT auth.uid()) = {identifier(own)}")
    return [
        Policy(
            f"authenticated_{operation}_own",
            operation,
            to="authenticated",
            using=None if operation == "insert" else is_own,
            check=is_own if operation in ("insert", "update") else None,
            comment=f"A signed-in user may {_COMMENT_VERBS[operation]} rows whose {own} is their own id.",
        )
        for operation in expand_operations(operations, "owner_may()")
    ]


def service_role_may(*operations: OperationOrAll) -> list[Policy]:
    """Return policies that allow operations of the service role on every row.

    On Supabase the service role has BYPASSRLS. The policies document this, and still allow the operations if the
    role loses BYPASSRLS.

    Args:
        operations: The operations, each with a separate policy; "all" is one policy for every operation.

    Raises:
        DefinitionError: If an operation is unknown, or there is none.
    """
    expanded = expand_operations(operations, "service_role_may()")
    commands: tuple[OperationOrAll, ...] = ("all",) if "all" in operations else expanded
    return [_build_service_role_policy(command) for command in commands]


def _build_service_role_policy(operation: OperationOrAll) -> Policy:
    verb = "manage" if operation == "all" else _COMMENT_VERBS[operation]
    return Policy(
        f"service_role_{operation}",
        operation,
        to="service_role",
        using=None if operation == "insert" else Sql("true"),
        check=Sql("true") if operation in ("all", "insert", "update") else None,
        comment=f"The service role may {verb} every row.",
    )
