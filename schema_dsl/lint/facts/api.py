"""The client roles of the API (PostgREST, with the role names of Supabase) and their privileges."""

from __future__ import annotations

from typing import Final

from schema_dsl.lint.facts.grants import find_privileges
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema, Routine

# The schemas that the API serves by default.
API_SCHEMAS: Final = frozenset({"public", "api"})
CLIENT_ROLES: Final = ("anon", "authenticated", "public")
_ROW_PRIVILEGES: Final = ("select", "insert", "update", "delete")


def find_client_roles_with(relation: HistoryRelation, *privileges: str) -> list[str]:
    """Return the client roles that certainly hold a privilege on a relation of the API, or on one of its columns.

    Privileges that only the platform grants are unknown, and do not count.

    Args:
        relation: A relation; outside of the schemas of the API, no client role reaches it.
        privileges: The role holds one of these; by default SELECT, INSERT, UPDATE or DELETE.
    """
    if relation.schema not in API_SCHEMAS or "grants" in relation.changed_kinds:
        return []
    wanted = set(privileges or _ROW_PRIVILEGES)
    return [role for role in CLIENT_ROLES if wanted & find_privileges(relation, role)]


def find_roles_by_default(
    schema: HistorySchema, relation: HistoryRelation, table: HistoryRelation
) -> list[str]:
    """Return the client roles that reach a relation if policies of a table have any effect.

    Without a GRANT or REVOKE in the history, the roles of the policies have privileges on the table only by default
    privileges of the platform, which are the same for the relation. A platform without client roles has none.
    """
    if schema.roles.keys().isdisjoint(CLIENT_ROLES):
        return []
    for each in (relation, table):
        granted = {*each.grants, *each.column_grants}
        if (
            each.schema not in API_SCHEMAS
            or "grants" in each.changed_kinds
            or not granted.isdisjoint(CLIENT_ROLES)
        ):
            return []
    roles = {role for policy in table.policies.values() for role in policy.roles}
    return [role for role in CLIENT_ROLES if role in roles] if relation.schema == table.schema else []


def find_calling_roles(routine: Routine) -> list[str]:
    """Return the client roles that certainly may call a function of the API; PUBLIC may until a REVOKE."""
    if routine.schema not in API_SCHEMAS or routine.has_unknown_grants:
        return []
    return [role for role in CLIENT_ROLES if routine.grants.get(role, role == "public")]


def format_roles(roles: list[str]) -> str:
    """Return roles as text for messages."""
    return "everybody" if "public" in roles else " and ".join(roles)
