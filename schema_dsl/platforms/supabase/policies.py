"""The policies that most Supabase tables have."""

from __future__ import annotations

from schema_dsl.model.access import chosen_operations
from schema_dsl.model.policy import Policy
from schema_dsl.sql import Sql, identifier

_VERB = {"select": "read", "insert": "add", "update": "change", "delete": "delete"}


def owner_may(*operations: str, own: str) -> list[Policy]:
    """Let a signed-in user do this to the rows whose `own` column holds their id, and to no others.

    "all" is every operation; each has a policy of its own, so that one can be changed without the others.
    The call of `auth.uid()` stands in a sub-select, which Postgres evaluates once a query, not once a row.
    An update must leave the row its owner's.

    Raises:
        DefinitionError: On an unknown operation, or none.
    """
    mine = Sql(f"(SELECT auth.uid()) = {identifier(own)}")
    return [
        Policy(
            f"authenticated_{operation}_own",
            operation,
            to="authenticated",
            using=None if operation == "insert" else mine,
            check=mine if operation in ("insert", "update") else None,
            comment=f"A signed-in user may {_VERB[operation]} rows whose {own} is their own id.",
        )
        for operation in chosen_operations(operations, "owner_may()")
    ]


def service_role_may(*operations: str) -> list[Policy]:
    """Let the service role do this to every row.

    The role bypasses row level security on Supabase; the policy says so where people look for it, and
    holds should the role ever lose that attribute.

    Raises:
        DefinitionError: On an unknown operation, or none.
    """
    chosen = chosen_operations(operations, "service_role_may()")
    return [_service(each) for each in (("all",) if "all" in operations else chosen)]


def _service(operation: str) -> Policy:
    verb = "manage" if operation == "all" else _VERB[operation]
    return Policy(
        f"service_role_{operation}",
        operation,
        to="service_role",
        using=None if operation == "insert" else Sql("true"),
        check=Sql("true") if operation in ("all", "insert", "update") else None,
        comment=f"The service role may {verb} every row.",
    )
